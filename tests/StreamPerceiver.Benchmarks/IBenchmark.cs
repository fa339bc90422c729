namespace StreamPerceiver.Benchmarks;

/// <summary>Something whose time is to be known. A class with a constructor without parameters, which makes ready what it needs.</summary>
internal interface IBenchmark
{
    /// <summary>What it is called.</summary>
    string Name { get; }

    /// <summary>Runs the measured work once.</summary>
    void Run();
}
