namespace OrleansSie.Bench.Chaos.Parts;

/// <summary>Reads along on one connection of a <see cref="TcpProxy"/>, and may hold its answers back. Both sides are called side by side.</summary>
internal interface IConversation
{
    /// <summary>A piece of what the client sends, before the server has it.</summary>
    void Asked(ReadOnlySpan<byte> piece);

    /// <summary>A piece of what the server answers. The client has it when this has ended; the connection is reset where this is cancelled.</summary>
    Task AnsweredAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken);
}
