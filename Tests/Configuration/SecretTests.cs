using OrleansSie.Silo.Configuration;
using Xunit;

namespace OrleansSie.Tests.Configuration;

/// <summary>Secrets come from variables or files, and are told to nobody.</summary>
public sealed class SecretTests
{
    private const string Secret = "hunter2";
    private const string Connection = "redis:6379,ssl=true,password=" + Secret;
    private const string TextVariable = "SIE__STORAGE__REDIS__CONNECTION_STRING";
    private const string FileVariable = "SIE__STORAGE__REDIS__CONNECTION_STRING_FILE";

    private const string Accepts =
        "servers as host:port, then options of StackExchange.Redis, such as redis:6379,ssl=true; a password by its own key, or last and without a comma";

    [Fact]
    public void ConnectionString_FromAFile_IsReadAndTrimmed()
    {
        var options = Loading.LoadWith(new() { ["/run/redis"] = $"\n{Connection} \n" }, null, (FileVariable, "/run/redis"));

        Assert.Equal(Connection, options.Storage.Redis.ConnectionString);
        Assert.Equal("/run/redis", options.Storage.Redis.ConnectionStringFile);
    }

    [Fact]
    public void ConnectionString_FromAVariable_GoesBeforeTheFilesOtherKey()
    {
        var options = Loading.Load(Loading.Minimal + "storage: { redis: { connection_string_file: /not/mounted } }", (TextVariable, Connection));

        Assert.Equal(Connection, options.Storage.Redis.ConnectionString);
    }

    [Fact]
    public void ConnectionStringFile_FromAVariable_GoesBeforeTheFilesOtherKey()
    {
        var options = Loading.LoadWith(
            new() { ["/run/redis"] = Connection }, Loading.Minimal + "storage: { redis: { connection_string: 'a:6379' } }", (FileVariable, "/run/redis"));

        Assert.Equal(Connection, options.Storage.Redis.ConnectionString);
    }

    [Fact]
    public void BothKeys_InOneSource_AreRefused()
    {
        Assert.Equal(
            [$"{TextVariable} and {FileVariable} are both given: keep one of them"],
            Loading.Faults(null, (TextVariable, Connection), (FileVariable, "/run/redis")));
        Assert.Equal(
            ["clustering.redis.connection_string (line 2) and clustering.redis.connection_string_file (line 2) are both given: keep one of them"],
            Loading.Faults(Loading.Minimal + "clustering: { redis: { connection_string_file: /f, connection_string: 'a:6379' } }"));
    }

    [Fact]
    public void ConnectionStringFile_ThatIsMissing_IsRefused() => Assert.Equal(
        [$"{FileVariable} names a file that does not exist: give a file that holds {Accepts}"], Loading.Faults(null, (FileVariable, "/run/redis")));

    [Fact]
    public void ConnectionStringFile_ThatIsEmpty_IsRefused() => Assert.Equal(
        [$"{FileVariable} names a file whose content cannot be understood (a secret is not shown): give a file that holds {Accepts}"],
        Loading.FaultsWith(new() { ["/run/redis"] = "\n" }, null, (FileVariable, "/run/redis")));

    [Theory]
    [InlineData("redis://:hunter2@redis:6379")]
    [InlineData("redis:6379,passwort=hunter2")]
    [InlineData("redis:6379,password=hunter2,connectTimeout=soon")]
    [InlineData("password=hunter2")]
    [InlineData("127.0.0.1:26403,password=Start,hunter2")]
    [InlineData("127.0.0.1:26403,password=Start,hunter2:6379")]
    [InlineData("127.0.0.1:26403,password=Start,name=hunter2")]
    [InlineData("127.0.0.1:26403,password=hunter2,ssl=true")]
    [InlineData("127.0.0.1:26403,password=hunter2,")]
    [InlineData("password=hunter2,127.0.0.1:26403")]
    [InlineData("hunter2@127.0.0.1:26403")]
    [InlineData("127.0.0.1:26403,hunter2@127.0.0.1:26404")]
    [InlineData("user:hunter2,127.0.0.1:26403")]
    [InlineData("127.0.0.1:26403,hunter2")]
    [InlineData("hunter2")]
    public void ConnectionString_ThatIsNotLegal_IsRefusedUnseen(string text)
    {
        Assert.Equal([$"{TextVariable} cannot be understood (a secret is not shown): give {Accepts}"], Loading.Faults(null, (TextVariable, text)));
        Assert.Equal(
            [$"storage.redis.connection_string (line 2) cannot be understood (a secret is not shown): give {Accepts}"],
            Loading.Faults(Loading.Minimal + $"storage: {{ redis: {{ connection_string: '{text}' }} }}"));
    }

    [Fact]
    public void PasswordInTheConfigurationFile_IsTakenWithANotice()
    {
        var options = Loading.Load(Loading.Minimal + $"storage: {{ provider: redis, redis: {{ connection_string: '{Connection}' }} }}");

        Assert.Contains(
            "The file holds a password in storage.redis.connection_string. Move it to a secret: "
                + "set SIE__STORAGE__REDIS__PASSWORD or storage.redis.password_file.",
            options.Notices);
        Assert.DoesNotContain(Secret, string.Join('\n', options.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_WithSecrets_ShowNone()
    {
        var options = Loading.Load(null, (TextVariable, Connection), ("SIE__CLUSTERING__REDIS__CONNECTION_STRING", Connection));

        var shown = string.Join('\n', [.. Loading.Shown(options), .. StartLines.Of(options)]);
        Assert.Contains("storage.redis.connection_string=***", shown, StringComparison.Ordinal);
        Assert.Contains("clustering.redis.connection_string=***", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, $"{shown}{options}{options.Storage}{options.Storage.Redis}{options.Clustering}{options.Clustering.Redis}", StringComparison.Ordinal);
    }

    public static TheoryData<string> Keys => [.. ConfigurationKeys.All.Select(key => key.Path)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Secret_InAWrongPlace_IsNotRepeated(string path)
    {
        var key = ConfigurationKeys.All.Single(key => key.Path == path);
        var shape = path.Split('.').Aggregate(string.Empty, (text, part) => text + $"{{ {part}: ");
        var closing = new string('}', path.Count(c => c == '.') + 1);
        string[] files =
        [
            $"{shape}'{Connection}' {closing}",
            $"{shape}{{ '{Connection}': 1 }} {closing}",
            $"{shape}*{Secret} {closing}",
            $"{shape}!{Secret} x {closing}",
            $"{shape}'{Connection} {closing}",
            $"{{ {path.Split('.')[0]}: '{Connection}' }}",
            $"{{ '{Connection}': 1 }}",
        ];

        var said = files.SelectMany(file => Loading.Faults(file)).Concat(Loading.Faults(null, (key.Variable, Connection)));

        Assert.DoesNotContain(Secret, string.Join('\n', said), StringComparison.Ordinal);
    }
}
