using CdAutomation.Simulation.Runs;
return Command.Run(args);
