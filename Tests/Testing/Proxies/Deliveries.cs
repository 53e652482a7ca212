using System.Buffers.Binary;
using System.Collections.Concurrent;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;

namespace OrleansSie.Testing.Proxies;

/// <summary>
/// How often Pub/Sub has handed out each message, counted on the wire: Google's emulator tells no delivery attempts and knows no dead-letter
/// topic. Every answer to a Pull counts, also one that its silo never read.
/// </summary>
internal sealed class Deliveries
{
    private readonly ConcurrentDictionary<(string Id, ByteString Data), int> _times = new();

    /// <summary>Of the message that was handed out most often.</summary>
    public int Most => _times.Values.DefaultIfEmpty().Max();

    /// <summary>Of all messages together.</summary>
    public int All => _times.Values.Sum();

    /// <summary>For each connection to Pub/Sub.</summary>
    public IConversation Listen() => new Conversation(this);

    private void Add(PullResponse answer)
    {
        foreach (var message in answer.ReceivedMessages.Select(r => r.Message))
        {
            // Ids are unique within a topic; no two topics have a message in common.
            _times.AddOrUpdate((message.MessageId, message.Data), 1, (_, times) => times + 1);
        }
    }

    /// <summary>One connection: HTTP/2 frames, whose data is gRPC answers. All that have content are answers to a Pull.</summary>
    private sealed class Conversation(Deliveries deliveries) : IConversation
    {
        private const int FrameHead = 9;
        private const int AnswerHead = 5;
        private const byte EndOfStream = 1;
        private const byte Padded = 8;

        private readonly Dictionary<uint, byte[]> _streams = [];
        private byte[] _pending = [];

        private enum FrameKind : byte
        {
            Data = 0,
            Headers = 1,
        }

        public void Asked(ReadOnlySpan<byte> piece)
        {
        }

        public Task AnsweredAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
        {
            _pending = [.. _pending, .. piece.Span];
            var frames = _pending.AsSpan();
            while (frames.Length >= FrameHead && Length(frames) is var length && frames.Length >= FrameHead + length)
            {
                Take((FrameKind)frames[3], frames[4], BinaryPrimitives.ReadUInt32BigEndian(frames[5..]), frames.Slice(FrameHead, length));
                frames = frames[(FrameHead + length)..];
            }

            _pending = frames.ToArray();
            return Task.CompletedTask;
        }

        private static int Length(ReadOnlySpan<byte> frame) => (frame[0] << 16) | (frame[1] << 8) | frame[2];

        private void Take(FrameKind kind, byte flags, uint stream, ReadOnlySpan<byte> content)
        {
            if (kind == FrameKind.Data)
            {
                var data = (flags & Padded) == 0 ? content : content[1..^content[0]];
                _streams[stream] = Answers([.. _streams.GetValueOrDefault(stream) ?? [], .. data]);
            }

            if (kind is FrameKind.Data or FrameKind.Headers && (flags & EndOfStream) != 0)
            {
                _streams.Remove(stream);
            }
        }

        /// <summary>Counts what is complete.</summary>
        /// <returns>The rest.</returns>
        private byte[] Answers(byte[] data)
        {
            var rest = data.AsSpan();
            while (rest.Length >= AnswerHead && BinaryPrimitives.ReadInt32BigEndian(rest[1..]) is var length && rest.Length >= AnswerHead + length)
            {
                deliveries.Add(PullResponse.Parser.ParseFrom(rest.Slice(AnswerHead, length)));
                rest = rest[(AnswerHead + length)..];
            }

            return rest.ToArray();
        }
    }
}
