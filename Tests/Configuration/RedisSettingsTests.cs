using Xunit;

namespace OrleansSie.Tests.Configuration;

/// <summary>User, password and certificates by keys and files of their own.</summary>
public sealed class RedisSettingsTests
{
    private const string Server = "SIE__STORAGE__REDIS__CONNECTION_STRING";
    private const string Password = "SIE__STORAGE__REDIS__PASSWORD";
    private const string PasswordFile = "SIE__STORAGE__REDIS__PASSWORD_FILE";

    [Theory]
    [InlineData(" a,b=c\"d'e@f:g%h ü\t", " a,b=c\"d'e@f:g%h ü\t")]
    [InlineData("line\n", "line")]
    [InlineData("line\r\n", "line")]
    [InlineData("line\n\n", "line\n")]
    public void Password_FromAFile_IsItsContentWithoutTheLastNewline(string content, string password)
    {
        var redis = Loading.LoadWith(new() { ["/run/password"] = content }, null, (Server, "r:6379"), (PasswordFile, "/run/password")).Storage.Redis;

        Assert.Equal((password, "/run/password"), (redis.Password, redis.PasswordFile));
    }

    [Fact]
    public void Password_FromAVariable_GoesBeforeTheFilesOtherKey()
    {
        var redis = Loading.Load(
            Loading.Minimal + "storage: { redis: { connection_string: 'r:6379', user: silo, password_file: /not/mounted } }", (Password, "a,b")).Storage.Redis;

        Assert.Equal(("silo", "a,b", null), (redis.User, redis.Password, redis.PasswordFile));
    }

    [Fact]
    public void Password_InTwoPlaces_IsRefused()
    {
        Assert.Equal(
            ["storage.redis.password is given, and the connection string of storage.redis.connection_string holds a password too: take it out of the connection string"],
            Loading.Faults(null, (Server, "r:6379,password=a"), (Password, "b")));
        Assert.Equal(
            ["storage.redis.user is given, and the connection string of storage.redis.connection_string holds a user too: take it out of the connection string"],
            Loading.Faults(null, (Server, "r:6379,user=a"), ("SIE__STORAGE__REDIS__USER", "b")));
        Assert.Equal([$"{Password} and {PasswordFile} are both given: keep one of them"], Loading.Faults(null, (Server, "r:6379"), (Password, "a"), (PasswordFile, "/f")));
    }

    [Theory]
    [InlineData("password: yes", null)]
    [InlineData("password: true", "storage.redis.password (line 4) cannot be understood (a secret is not shown): give any text, in quotes")]
    [InlineData("password: ''", "storage.redis.password (line 4) cannot be understood (a secret is not shown): give any text")]
    [InlineData("password: 0123", null)]
    [InlineData("password_file: /gone", "storage.redis.password_file (line 4) names a file that does not exist: give a file that holds any text")]
    [InlineData("ca_file: /gone", "storage.redis.ca_file (line 4) names a file that does not exist: give a file that holds one certificate or more in PEM")]
    [InlineData("ca_file: /text", "storage.redis.ca_file (line 4) names a file whose content cannot be understood (a secret is not shown): give a file that holds one certificate or more in PEM")]
    [InlineData("client_certificate_file: /text", "storage.redis.client_certificate_file (line 4) names a file whose content cannot be understood (a secret is not shown): give a file that holds a certificate in PEM, with its key there or in client_key_file")]
    [InlineData("client_key_file: /pem", "storage.redis.client_key_file is given without its certificate: set storage.redis.client_certificate_file too")]
    public void Key_ThatIsWrong_IsRefusedByItsName(string line, string? fault) => Assert.Equal(
        fault is null ? [] : [fault],
        Loading.FaultsWith(
            new() { ["/text"] = "nothing", ["/pem"] = TestCertificate.Pem },
            $"{Loading.Minimal}storage:\n  redis:\n    {line}\n    connection_string: 'r:6379,ssl=true'\n"));

    [Fact]
    public void Certificates_AreReadAtStart()
    {
        var redis = Loading.LoadWith(
            new() { ["/pem"] = TestCertificate.Pem },
            null,
            (Server, "r:6379,ssl=true"), ("SIE__STORAGE__REDIS__CA_FILE", "/pem"), ("SIE__STORAGE__REDIS__CLIENT_CERTIFICATE_FILE", "/pem")).Storage.Redis;

        Assert.Single(redis.Authorities!);
        Assert.True(redis.ClientCertificate!.HasPrivateKey);
    }

    [Fact]
    public void Certificates_WithoutTls_AreRefused() => Assert.Equal(
        ["storage.redis.ca_file is given, but the connection string of storage.redis.connection_string has no ssl=true: add ssl=true to it"],
        Loading.FaultsWith(new() { ["/pem"] = TestCertificate.Pem }, null, (Server, "r:6379"), ("SIE__STORAGE__REDIS__CA_FILE", "/pem")));

    [Fact]
    public void PasswordOfTheMembership_WithoutItsServer_IsRefused() => Assert.Equal(
        ["clustering.redis.password is given without a server, so that of storage.redis.connection_string would be used without it: "
            + "set SIE__CLUSTERING__REDIS__CONNECTION_STRING too, or remove it"],
        Loading.Faults(null, (Server, "r:6379"), ("SIE__CLUSTERING__REDIS__PASSWORD", "a")));
}
