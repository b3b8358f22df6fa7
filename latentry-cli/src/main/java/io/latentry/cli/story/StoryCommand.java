package io.latentry.cli.story;

import io.latentry.cli.terminal.CommandOutput;
import io.latentry.cli.terminal.ExitCode;
import io.latentry.cli.terminal.GlobalOptions;
import io.latentry.cli.terminal.Shown;
import io.latentry.cli.terminal.Terminal;
import io.latentry.cli.terminal.TextTable;
import io.latentry.cli.terminal.Trains;
import io.latentry.cli.terminal.WrongUsage;
import io.latentry.core.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells a story: every command of a page is run, and what it says is written below it. */
@Command(
    name = "story",
    description = "A worked story on real data: every step from a file to a watched service, run.",
    footer = {
      "",
      "cyber: a web server's log. manufacturing: a sensor on a machine. medical: cells under a",
      "microscope. Each takes some minutes; it plans, cleans, fits, evaluates, explains, serves,",
      "watches, learns from feedback and fits anew, by the commands that you would type.",
      "DIR then has the page (README.md), its pictures, the data and the models.",
      "",
      "Examples:",
      "  latentry story",
      "  latentry story cyber",
      "  latentry story medical -o medical"
    })
public final class StoryCommand implements Callable<Integer>, Trains {
  /** What the run writes, and docs/stories holds of an earlier run. */
  static final String PAGE = "README.md";

  private final Terminal terminal;

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "cyber, manufacturing or medical. Left out: lists them.")
  private Optional<String> name = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Folder to write to, new or empty. Default: latentry-story-NAME.")
  private Optional<Path> output = Optional.empty();

  @Mixin private final GlobalOptions options = new GlobalOptions();

  public StoryCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** One JSON document; keys become snake_case. */
  record Document(String story, String page, List<Step> steps, double seconds) {}

  record Step(String command, int exitCode, double seconds) {}

  record Listed(String story, String about) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    CommandOutput said = new CommandOutput(terminal, options);
    if (name.isEmpty()) {
      list(said);
      return ExitCode.OK.number();
    }
    Story story = story(name.get());
    Path folder = output.orElse(Path.of("latentry-story-" + story.word()));
    requireEmpty(folder);
    Path unused = Files.createDirectories(folder);
    story.writeData(folder);
    long start = terminal.nanoClock().getAsLong();
    List<Step> steps = tell(story.page(), folder, said);
    double seconds = (terminal.nanoClock().getAsLong() - start) / 1e9;
    Path page = folder.resolve(PAGE);
    said.result("written: " + page, new Document(story.word(), page.toString(), steps, seconds));
    return ExitCode.OK.number();
  }

  private static void list(CommandOutput said) {
    TextTable table = new TextTable(Integer.MAX_VALUE);
    for (Story story : Story.values()) {
      table.row(story.word(), story.about());
    }
    said.result(
        table.text(""),
        Arrays.stream(Story.values())
            .map(story -> new Listed(story.word(), story.about()))
            .toList());
    said.next("story " + Story.CYBER.word());
  }

  private static Story story(String word) {
    return Arrays.stream(Story.values())
        .filter(story -> story.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new WrongUsage(
                    "'"
                        + word
                        + "' (expected: "
                        + String.join(", ", Arrays.stream(Story.values()).map(Story::word).toList())
                        + ")"));
  }

  /** A store of an earlier service would tell another story. */
  private static void requireEmpty(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var there = Files.list(folder)) {
      if (there.findAny().isPresent()) {
        throw new DataException(
            folder + ": not empty (expected: a new folder); name another with -o");
      }
    }
  }

  /** Writes the page as it goes, so that a story that fails shows how far it came. */
  private List<Step> tell(StoryPage page, Path folder, CommandOutput said)
      throws IOException, InterruptedException {
    List<Step> steps = new ArrayList<>();
    try (StoryShell shell = new StoryShell(folder);
        var written = Files.newBufferedWriter(folder.resolve(PAGE))) {
      for (StoryPage.Part part : page.parts()) {
        if (part instanceof StoryPage.Prose prose) {
          written.write(prose.text());
          said.passage(prose.text().stripTrailing());
        } else if (part instanceof StoryPage.Picture picture) {
          ScorePicture.write(folder, picture);
        } else if (part instanceof StoryPage.Commands commands) {
          written.write("```sh\n" + String.join("\n", commands.lines()) + "\n```\n");
          StringBuilder told = new StringBuilder();
          for (String command : commands.whole()) {
            told.append(run(command, shell, steps, said));
          }
          if (!told.isEmpty()) {
            written.write("\n```text\n" + told.toString().stripTrailing() + "\n```\n");
          }
        }
        written.flush();
      }
    }
    return steps;
  }

  private String run(String command, StoryShell shell, List<Step> steps, CommandOutput output)
      throws IOException, InterruptedException {
    output.passage("$ " + command);
    long start = terminal.nanoClock().getAsLong();
    StoryShell.Said said = shell.run(command);
    steps.add(new Step(command, said.exitCode(), (terminal.nanoClock().getAsLong() - start) / 1e9));
    String out = Shown.lines(said.out());
    String ending = said.exitCode() == 0 ? "" : "(exit code " + said.exitCode() + ")\n";
    if (!(out + ending).isBlank()) {
      output.passage((out + ending).stripTrailing());
    }
    return out.isEmpty() || out.endsWith("\n") ? out + ending : out + "\n" + ending;
  }
}
