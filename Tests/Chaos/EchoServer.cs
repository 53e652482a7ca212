using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansSie.Tests.Chaos;

/// <summary>A server that remembers each chunk it was sent and answers with the same bytes.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _accepting;
    private int _bytes;

    public EchoServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many bytes clients have sent.</summary>
    public int Bytes => Volatile.Read(ref _bytes);

    /// <summary>Sends a line and returns what comes back of it; empty when the other side ended instead.</summary>
    public static async Task<string> AskAsync(TcpClient client, string line, CancellationToken cancellation)
    {
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line), cancellation);
        var buffer = new byte[line.Length];
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return Encoding.ASCII.GetString(buffer, 0, read);
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_ended.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var buffer = new byte[4096];
            try
            {
                int read;
                while ((read = await client.GetStream().ReadAsync(buffer, _ended.Token)) > 0)
                {
                    Interlocked.Add(ref _bytes, read);
                    await client.GetStream().WriteAsync(buffer.AsMemory(0, read), _ended.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client was cut off, or the test is over.
            }
        }
    }
}
