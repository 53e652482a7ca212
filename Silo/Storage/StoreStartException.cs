namespace OrleansSie.Silo.Storage;

/// <summary>The store cannot be opened; the message names the key to change and says what would be right.</summary>
internal sealed class StoreStartException(string message, Exception? innerException = null) : Exception(message, innerException);
