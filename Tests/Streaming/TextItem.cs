namespace OrleansSie.Tests.Streaming;

/// <summary>What the tests deliver.</summary>
[GenerateSerializer, Immutable, Alias("OrleansSie.Tests.Streaming.TextItem")]
public sealed record TextItem([property: Id(0)] string MessageId, [property: Id(1)] string Text);
