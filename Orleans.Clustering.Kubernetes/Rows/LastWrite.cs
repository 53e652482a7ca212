namespace Orleans.Clustering.Kubernetes;

/// <summary>Who changed the table last: a writer whose answer was lost finds its own id here and knows that the write took effect.</summary>
internal sealed record LastWrite(string Id, string By, DateTime At, string Op);
