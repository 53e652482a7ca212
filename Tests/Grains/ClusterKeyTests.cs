using CsCheck;
using OrleansSie.Grains.Interfaces;
using Xunit;

namespace OrleansSie.Tests.Grains;

public sealed class ClusterKeyTests
{
    [Fact]
    public void ToString_OfAnyParts_ReadsBackAsTheSameKey() =>
        Gen.Select(Gen.String, Gen.String, Gen.String).Sample((project, location, name) =>
        {
            // Lone surrogates cannot come out of the parser: it refuses text that is not valid UTF-8.
            if (!(project + location + name).Any(char.IsSurrogate))
            {
                var key = new ClusterKey(project, location, name);
                Assert.Equal(key, ClusterKey.Parse(key.ToString()));
            }
        });

    [Fact]
    public void ToString_OfAPartWithASeparator_IsNoOtherClustersKey() =>
        Assert.NotEqual(new ClusterKey("p", "a", "b/c").ToString(), new ClusterKey("p", "a/b", "c").ToString());
}
