namespace Orleans.Streaming.PubSub;

/// <summary>A message together with the id of its lease and its size on the wire.</summary>
internal readonly record struct PulledMessage(string AckId, int Bytes, PubSubReceived Message);
