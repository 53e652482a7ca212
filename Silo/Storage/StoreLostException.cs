namespace OrleansSie.Silo.Storage;

/// <summary>
/// The store is not the one that this process has used, or holds no longer what it acknowledged. The message is a sentence for the
/// operator. Nothing may be counted or acknowledged on it.
/// </summary>
internal sealed class StoreLostException(string message, Exception? innerException = null) : Exception(message, innerException);
