namespace Orleans.Streaming.PubSub;

/// <summary>What one Pull may bring.</summary>
internal readonly record struct PullRoom(int Messages, long Bytes);
