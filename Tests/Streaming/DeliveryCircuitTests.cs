using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streaming.PubSub;
using Xunit;

namespace OrleansSie.Tests.Streaming;

public sealed class DeliveryCircuitTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly PubSubStreamOptions _options = new();
    private readonly DeliveryCircuit _circuit;

    public DeliveryCircuitTests() => _circuit = new DeliveryCircuit("s", _options, null, _time, NullLogger.Instance);

    [Fact]
    public void Circuit_AfterFailuresOfDistinctMessagesInARow_Opens()
    {
        Fail(_options.CircuitFailureThreshold - 1);
        Assert.Equal(CircuitState.Closed, _circuit.State);

        Fail(_options.CircuitFailureThreshold);

        Assert.Equal(CircuitState.Open, _circuit.State);
    }

    [Fact]
    public void Circuit_WithOnePoisonMessage_StaysClosed()
    {
        for (var i = 0; i < 1000; i++)
        {
            _circuit.Failed("poison");
        }

        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    [Fact]
    public void Circuit_WithASuccessBetweenFailures_StaysClosed()
    {
        Fail(_options.CircuitFailureThreshold - 1);
        _circuit.Succeeded();
        Fail(_options.CircuitFailureThreshold - 1);

        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    [Fact]
    public void Circuit_Open_TriesAfterItsWaitAndClosesWithASuccess()
    {
        Fail(_options.CircuitFailureThreshold);
        _time.Advance(_options.CircuitBreakMin);
        Assert.Equal(CircuitState.Trial, _circuit.State);

        _circuit.Succeeded();

        Assert.Equal(CircuitState.Closed, _circuit.State);
    }

    [Fact]
    public void Circuit_WhoseTrialFails_WaitsTwiceAsLongUpToItsLongest()
    {
        Fail(_options.CircuitFailureThreshold);
        _time.Advance(_options.CircuitBreakMin);
        _circuit.Failed("trial");

        _time.Advance(_options.CircuitBreakMin);
        Assert.Equal(CircuitState.Open, _circuit.State);
        _time.Advance(_options.CircuitBreakMin);
        Assert.Equal(CircuitState.Trial, _circuit.State);

        for (var i = 0; i < 20; i++)
        {
            _circuit.Failed("trial");
            _time.Advance(_options.CircuitBreakMax);
            Assert.Equal(CircuitState.Trial, _circuit.State);
        }
    }

    [Fact]
    public void Circuit_WithAClosedGate_LetsNothingThrough()
    {
        var gate = new Gate();
        var circuit = new DeliveryCircuit("s", _options, gate, _time, NullLogger.Instance);

        Assert.Equal(CircuitState.Open, circuit.State);
        gate.IsOpen = true;
        Assert.Equal(CircuitState.Closed, circuit.State);
    }

    private void Fail(int messages)
    {
        for (var i = 0; i < messages; i++)
        {
            _circuit.Failed($"{i}");
        }
    }

    private sealed class Gate : IPubSubGate
    {
        public bool IsOpen { get; set; }
    }
}
