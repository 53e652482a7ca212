using Xunit.v3;

// More tests at a time than processors: most of the time a test waits, for a timer or for another process.
[assembly: Parallelization(MaxThreads = 4)]
