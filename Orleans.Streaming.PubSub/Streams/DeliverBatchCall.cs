namespace Orleans.Streaming.PubSub;

/// <summary>Recognises the call by which a pulling agent delivers a message.</summary>
internal static class DeliverBatchCall
{
    private const string Method = "DeliverBatch";

    /// <summary>The message that a call delivers; null for any other call.</summary>
    public static PubSubBatchContainer? MessageOf(IGrainCallContext context)
    {
        var request = context.Request;
        if (request.GetMethodName() is not Method)
        {
            return null;
        }

        for (var i = 0; i < request.GetArgumentCount(); i++)
        {
            if (request.GetArgument(i) is PubSubBatchContainer message)
            {
                return message;
            }
        }

        return null;
    }
}
