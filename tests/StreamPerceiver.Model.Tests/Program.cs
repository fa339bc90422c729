using System.Globalization;
using StreamPerceiver.Model;
using StreamPerceiver.Model.Tests;

// The test host loads this assembly and does not come here. HostileWalkTests starts it as a program.
if (args is not [string seed, string count])
{
    Console.Error.WriteLine("usage: StreamPerceiver.Model.Tests SEED COUNT");
    return 2;
}

Libtorch.Load();
return HostileWalk.Run(int.Parse(seed, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture), Console.Out);
