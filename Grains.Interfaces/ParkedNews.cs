namespace OrleansSie.Grains.Interfaces;

/// <summary>What an instance tells the register of one of its interruptions.</summary>
/// <param name="Id">Identity of the interruption.</param>
/// <param name="Instance">Key of its instance.</param>
/// <param name="ArrivedAt">When it arrived.</param>
/// <param name="Known">The stage at which the register had it, as the instance has recorded. Of use only where the register has forgotten it.</param>
/// <param name="Stage">How far it has come.</param>
[GenerateSerializer, Immutable, Alias("sie.parked-news")]
public sealed record ParkedNews(string Id, string Instance, DateTimeOffset ArrivedAt, ParkedStage Known, ParkedStage Stage);
