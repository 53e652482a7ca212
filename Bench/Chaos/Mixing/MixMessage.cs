namespace OrleansSie.Bench.Chaos.Mixing;

/// <summary>One message to publish.</summary>
/// <param name="At">Its place in the run, from 0 to about 1: messages are published in this order.</param>
/// <param name="IsCreationTopic">Whether it goes to the creations' topic, else to the interruptions'.</param>
/// <param name="Data">The bytes.</param>
/// <param name="Class">Outcome that it must end in if no fault disturbs it; see <see cref="MessageClass"/>.</param>
/// <param name="MayRepeat">False where publishing it again would make another event.</param>
internal sealed record MixMessage(double At, bool IsCreationTopic, byte[] Data, string Class, bool MayRepeat);
