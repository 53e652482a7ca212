using System.Net.Sockets;
using System.Security.Authentication;
using OrleansSie.Silo.Logging;
using StackExchange.Redis;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Why a Redis cannot be used, in one sentence for the operator. The client's own messages are long and name its threads, but often not the
/// cause, which is deep in the chain of exceptions. Of a server's answer only the error is told, never the words of a command.
/// </summary>
/// <param name="Reason">The cause, and the remedy where there is one.</param>
/// <param name="IsCertain">Whether it is the cause itself, and not only what the client saw of it: another attempt may tell more.</param>
internal sealed record RedisFailure(string Reason, bool IsCertain)
{
    // What the client library and .NET say, and what it means.
    private static readonly (string[] Said, string Meant)[] _meanings =
    [
        (["NOAUTH", "WRONGPASS", "invalid password"],
            "it refuses the user or the password: give the right ones by storage.redis.user and password_file (or clustering.redis)"),
        (["RemoteCertificateNameMismatch"],
            "its TLS certificate is of another host name: connect by a name that it holds, or add sslHost= with one to the connection string"),
        (["UntrustedRoot", "PartialChain", "NotSignatureValid"],
            "its TLS certificate is of an authority that is not trusted here: give the authority's certificate by ca_file"),
        (["NotTimeValid"], "its TLS certificate has expired or is not valid yet: renew it there, or set the clock"),
        (["RemoteCertificate", "remote certificate"], "its TLS certificate is refused: look at it with openssl s_client"),
        (["alert certificate required", "alert handshake failure", "alert bad certificate", "alert unknown ca", "alert certificate unknown", "alert unsupported certificate", "alert certificate expired"],
            "it refuses the TLS client certificate, or asks for one where none is given: give the right one by client_certificate_file and client_key_file"),
        (["frame size", "corrupted frame", "wrong version number", "packet length"],
            "it does not speak TLS on this port: give its TLS port, or take ssl=true out of the connection string"),
    ];

    /// <summary>The reason on one line; for an exception that is not the client's, its own message.</summary>
    public static string ReasonOf(Exception exception) =>
        exception is RedisException or RedisTimeoutException ? Of(exception).Reason : OneLine.Of(exception.Message);

    /// <summary>What an exception of the client means.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="isTls">Whether TLS was to be used.</param>
    public static RedisFailure Of(Exception exception, bool isTls = false)
    {
        var chain = Chain(exception).ToArray();
        if (chain.OfType<RedisServerException>().FirstOrDefault() is { } answer && Meaning([answer]) is null)
        {
            return new(Answer(answer.Message), true);
        }

        return Meaning(chain) is { } meant ? new(meant, true)
            : chain.OfType<AuthenticationException>().Any() ? new("the TLS handshake fails: look at it with openssl s_client", true)
            : OfSocket(chain, isTls) ?? OfClient(chain, isTls);
    }

    private static RedisFailure? OfSocket(Exception[] chain, bool isTls) =>
        chain.OfType<SocketException>().Select(failure => failure.SocketErrorCode).FirstOrDefault() switch
        {
            SocketError.Success => null,
            SocketError.OperationAborted when isTls && chain.Any(IsOfConnecting) =>
                new("it does not answer the TLS handshake: give its TLS port, or take ssl=true out of the connection string", true),
            SocketError.ConnectionReset when !isTls && chain.Any(IsOfConnecting) =>
                new("it closes the connection before it answers: if it speaks TLS on this port, add ssl=true to the connection string", true),
            SocketError.ConnectionRefused => new("nothing listens there: start it, or correct the address", true),
            SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => new("its host name is not known", true),
            var code => new($"the connection failed ({code})", false),
        };

    private static RedisFailure OfClient(Exception[] chain, bool isTls)
    {
        if (chain.OfType<RedisConnectionException>().LastOrDefault() is { FailureType: ConnectionFailureType.UnableToConnect })
        {
            return new("it cannot be reached: is it running, and are address, port and network policies right?", true);
        }

        return chain.Any(failure => failure is TimeoutException) ? new("it does not answer in time", false)
            : chain.OfType<RedisException>().Any() ? new($"the connection{(isTls ? " with TLS" : "")} failed ({chain[^1].GetType().Name})", false)
            : new(OneLine.Of(chain[0].Message), false);
    }

    private static string? Meaning(Exception[] chain) =>
        _meanings.FirstOrDefault(m => m.Said.Any(said => chain.Any(failure => failure.Message.Contains(said, StringComparison.Ordinal)))).Meant;

    /// <summary>What the client's messages say when a connection could not be made.</summary>
    private static bool IsOfConnecting(Exception failure) =>
        failure is RedisConnectionException && (failure.Message.Contains("state: Connect", StringComparison.Ordinal) || failure.Message.Contains("not possible to connect", StringComparison.Ordinal));

    /// <summary>Servers repeat the words of an unknown command, which are left out.</summary>
    private static string Answer(string message) => $"it answers '{OneLine.Of(message.Split(", with args beginning with")[0])}'";

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        yield return exception;
        var inner = exception is AggregateException several ? several.InnerExceptions : (IReadOnlyList<Exception>)(exception.InnerException is { } one ? [one] : []);
        foreach (var failure in inner.SelectMany(Chain))
        {
            yield return failure;
        }
    }
}
