namespace OrleansSie.Silo.Hosting;

/// <summary>A start that cannot succeed; the message is for the operator and says what to do.</summary>
internal sealed class StartUpException : Exception
{
    public StartUpException()
    {
    }

    public StartUpException(string message)
        : base(message)
    {
    }

    public StartUpException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
