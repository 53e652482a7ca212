using System.Collections.Concurrent;
using System.Text;

namespace OrleansSie.Testing.Proxies;

/// <summary>
/// Holds back the answers of Redis to one silo: from the moment on in which it is closed, or from the first answer of a chosen step on.
/// What is held is carried out in the store, and the silo does not know.
/// </summary>
internal sealed class AnswerHold
{
    // As docs/stored-form.md has them: a status, the cluster of a life, the list of what is counted.
    private static readonly byte[] _counting = "\"counting\""u8.ToArray();
    private static readonly byte[] _cluster = "\"k\":\""u8.ToArray();
    private static readonly byte[] _counted = "\"c\":["u8.ToArray();

    private readonly Lock _lock = new();
    private readonly HashSet<string> _seen = [];
    private TaskCompletionSource _first = new();
    private TaskCompletionSource? _gate;
    private StoreStep? _wanted;
    private bool _instancesPass;

    /// <summary>Instances of which an answer of the chosen step came since it was chosen.</summary>
    public int Seen
    {
        get
        {
            lock (_lock)
            {
                return _seen.Count;
            }
        }
    }

    /// <summary>For each connection of the silo.</summary>
    public IConversation Listen() => new Conversation(this);

    /// <summary>Ends when the first answer of this step is held; all that come after it are held too.</summary>
    public async Task CloseAtAsync(StoreStep step, CancellationToken cancellationToken)
    {
        Task first;
        lock (_lock)
        {
            _wanted = step;
            _seen.Clear();
            _first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            first = _first.Task;
        }

        await first.WaitAsync(cancellationToken);
    }

    /// <summary>Holds every answer from now on.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _gate ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Lets the held answers go on their way. Nothing more is held.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _first.TrySetResult();
            _gate?.SetResult();
            _gate = null;
            _instancesPass = false;
        }
    }

    /// <summary>Lets the answers go on those connections alone on which instances' records are read and written.</summary>
    public void OpenForInstances()
    {
        lock (_lock)
        {
            var all = _gate;
            _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _instancesPass = true;
            all?.SetResult();
        }
    }

    private void Saw(StoreStep step, string instance)
    {
        lock (_lock)
        {
            if (step == _wanted)
            {
                _seen.Add(instance);
                if (_first.TrySetResult())
                {
                    Close();
                }
            }
        }
    }

    private async Task PassAsync(bool hasInstances, CancellationToken cancellationToken)
    {
        while (GateFor(hasInstances) is { } gate)
        {
            await gate.WaitAsync(cancellationToken);
        }
    }

    private Task? GateFor(bool hasInstances)
    {
        lock (_lock)
        {
            return hasInstances && _instancesPass ? null : _gate?.Task;
        }
    }

    /// <summary>One connection: Redis answers its requests in their order.</summary>
    private sealed class Conversation(AnswerHold hold) : IConversation
    {
        private readonly RespReader _requests = new();
        private readonly RespReader _answers = new();
        private readonly ConcurrentQueue<(StoreStep Step, string Instance)?> _open = new();
        private bool _hasInstances;

        public void Asked(ReadOnlySpan<byte> piece)
        {
            foreach (var request in _requests.Read(piece))
            {
                _open.Enqueue(StepOf(request));
            }
        }

        public Task AnsweredAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
        {
            foreach (var answer in _answers.Read(piece.Span))
            {
                // What Redis sends unasked answers no request.
                if (answer[0] != '>' && _open.TryDequeue(out var step) && step is var (known, instance) && answer[0] != '-')
                {
                    _hasInstances = true;
                    hold.Saw(known, instance);
                    if (known == StoreStep.Read && answer.AsSpan().IndexOf(_cluster) >= 0 && answer.AsSpan().IndexOf(_counted) < 0)
                    {
                        hold.Saw(StoreStep.ReadKnown, instance);
                    }
                }
            }

            return hold.PassAsync(_hasInstances, cancellationToken);
        }

        private static (StoreStep Step, string Instance)? StepOf(byte[] request)
        {
            var words = RespReader.Strings(request);
            string Word(int index) => index < words.Count ? Encoding.UTF8.GetString(request.AsSpan(words[index])) : "";
            return Word(0) switch
            {
                "HGETALL" or "HMGET" or "HGET" when IsInstance(Word(1)) => (StoreStep.Read, Word(1)),
                "EVAL" or "EVALSHA" when IsInstance(Word(3)) && request.AsSpan().IndexOf(_counting) >= 0 => (StoreStep.WriteCounting, Word(3)),
                _ => null,
            };
        }

        private static bool IsInstance(string key) => key.EndsWith("/instance", StringComparison.Ordinal);
    }
}

/// <summary>What an instance does in the store before it calls its cluster, as the protocol shows it.</summary>
internal enum StoreStep
{
    /// <summary>Its record was read.</summary>
    Read,

    /// <summary>Its record was read, says which cluster it belongs to, and has no interruption counted: the call is next.</summary>
    ReadKnown,

    /// <summary>It was written that an interruption is being counted: the call is next.</summary>
    WriteCounting,
}
