using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Data.Sqlite;
using OrleansSie.Silo.Storage;
using OrleansSie.Testing;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>What is told of the exceptions that the Redis client throws; the TLS ones by a real server are in TlsRedisTests.</summary>
public sealed class RedisFailureTests
{
    public static TheoryData<Exception, string> Failures => new()
    {
        { new RedisServerException("OOM command not allowed when used memory > 'maxmemory'."), "it answers 'OOM command not allowed when used memory > 'maxmemory'.'" },
        {
            new RedisServerException("ERR unknown command 'AUTH', with args beginning with: 'silo' 'hunter2'"),
            "it answers 'ERR unknown command 'AUTH''"
        },
        {
            Connection(ConnectionFailureType.AuthenticationFailure, new InvalidOperationException("Error: NOAUTH Authentication required. Attempted command: ECHO")),
            "it refuses the user or the password: give the right ones by storage.redis.user and password_file (or clustering.redis)"
        },
        {
            Connection(ConnectionFailureType.AuthenticationFailure, new AuthenticationException("The remote certificate is invalid because of errors in the certificate chain: NotTimeValid")),
            "its TLS certificate has expired or is not valid yet: renew it there, or set the clock"
        },
        {
            Connection(ConnectionFailureType.AuthenticationFailure, new AuthenticationException("Cannot determine the frame size or a corrupted frame was received.")),
            "it does not speak TLS on this port: give its TLS port, or take ssl=true out of the connection string"
        },
        { Connection(ConnectionFailureType.AuthenticationFailure, new AuthenticationException("something new")), "the TLS handshake fails: look at it with openssl s_client" },
        { Connection(ConnectionFailureType.SocketFailure, new SocketException((int)SocketError.ConnectionRefused)), "nothing listens there: start it, or correct the address" },
        { Connection(ConnectionFailureType.SocketFailure, new SocketException((int)SocketError.HostUnreachable)), "the connection failed (HostUnreachable)" },
        { Connection(ConnectionFailureType.UnableToConnect, null), "it cannot be reached: is it running, and are address, port and network policies right?" },
        { new RedisTimeoutException("Timeout performing SET, clientName: hunter2", CommandStatus.Sent), "it does not answer in time" },
        { Connection(ConnectionFailureType.SocketClosed, new ObjectDisposedException("hunter2")), "the connection failed (ObjectDisposedException)" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Failure_OfTheClient_IsToldInOneShortSentence(Exception failure, string reason)
    {
        Assert.Equal(reason, RedisFailure.ReasonOf(failure));
        Assert.Equal(reason, RedisFailure.ReasonOf(new RedisConnectionException(ConnectionFailureType.UnableToResolvePhysicalConnection, "hunter2\nhunter2", failure)));
    }

    [Fact]
    public void Failure_OfTheEmbeddedStore_IsItsOwnMessageWithoutAdviceOnRedis()
    {
        using var log = new LogRecorder();

        StorageLog.RetentionFailed(log, RedisFailure.ReasonOf(new SqliteException("database or disk is full", 13)));

        Assert.Equal(
            "Records of instances that are gone cannot be removed from the store: database or disk is full. It is tried again within minutes, and nothing else waits for it.",
            Assert.Single(log.Lines).Text);
    }

    private static RedisConnectionException Connection(ConnectionFailureType type, Exception? inner) => new(type, "hunter2, mc: 1/1/0, mgr: 10 of 10 available", inner);
}
