using System.CommandLine;
using StreamPerceiver.Formats;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Recordings;
using StreamPerceiver.Worker.Recordings.Explain;
using StreamPerceiver.Worker.Recordings.Export;
using StreamPerceiver.Worker.Recordings.Files;
using StreamPerceiver.Worker.Rig;
using StreamPerceiver.Worker.Training;

NativeEnvironment.ShareHeap(); // first: each thread that exists before would keep a heap of its own
var root = new RootCommand("StreamPerceiver: streams from Kafka, aligned in event time, through Perceiver IO, back to Kafka.");
root.Subcommands.Add(RunCommand.Create());
root.Subcommands.Add(ValidateCommand.Create());
root.Subcommands.Add(RecordCommand.Create());
root.Subcommands.Add(ReplayCommand.Create());
root.Subcommands.Add(ExplainCommand.Create());
root.Subcommands.Add(TrainCommand.Create());
root.Subcommands.Add(EvaluateCommand.Create());
root.Subcommands.Add(RigCommand.Create());
root.Subcommands.Add(RecordingCommand.Create());
root.Subcommands.Add(WindowsCommand.Create());
root.Subcommands.Add(DemoCommand.Create());
root.Subcommands.Add(ModelCommand.Create());
root.Subcommands.Add(BenchCommand.Create());
return await CommandLines.RunAsync(root, args);
