using System.Net;
using k8s.Autorest;
using Orleans.Clustering.Kubernetes;
using Xunit;

namespace OrleansSie.Tests.Kubernetes;

public sealed class ApiErrorsTests
{
    [Theory]
    [InlineData(2, 2)]
    [InlineData(17, 5)]
    [InlineData(2_000_000_000, 5)]
    public void AWaitThatTheServerAsksFor_IsObeyedUpToFiveSeconds(int asked, int obeyed)
    {
        using var answer = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        var status = $$"""{"kind":"Status","message":"slow down","details":{"retryAfterSeconds":{{asked}} } }""";
        var refusal = new HttpOperationException { Response = new HttpResponseMessageWrapper(answer, status) };

        var failure = ApiErrors.Of("patch ConfigMap shop/members-alive", new TableIdentity("shop", "members", "shop", "prod"), refusal);

        Assert.Equal((MembershipFailure.Throttled, TimeSpan.FromSeconds(obeyed)), (failure.Failure, failure.RetryAfter));
    }
}
