package io.latentry.cli.story;

import io.latentry.pipeline.sample.SampleData;
import io.latentry.pipeline.sample.WebLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is told: a page, and the files that it begins with. */
enum Story {
  /** A web server's log. */
  CYBER("a web server: texts, attacks that nobody showed it, incidents, feedback") {
    @Override
    void writeData(Path folder) throws IOException {
      List<String> log = WebLog.LOG.lines();
      List<String> attacks = WebLog.PAYLOADS.lines();
      Table requests = new Table(log);
      requests
          .rows(line -> line.startsWith("2015-05-17") || line.startsWith("2015-05-18"))
          .write(folder.resolve("sunday-monday.csv"));
      requests.rows(line -> line.startsWith("2015-05-19")).write(folder.resolve("tuesday.csv"));
      Table wednesday = requests.rows(line -> line.startsWith("2015-05-20"));
      Table known = new Table(attacks);
      Table harmful = known.rows(line -> !line.endsWith(",harmless"));
      harmful.write(folder.resolve("attacks.csv"));
      known.rows(line -> line.endsWith(",harmless")).write(folder.resolve("harmless.csv"));
      // Each begins with its time, so that sorted lines are in order.
      wednesday.with(harmful.every(8)).sorted().write(folder.resolve("wednesday.csv"));
      Files.writeString(
          folder.resolve("web.yaml"),
          """
          data:
            time: time               # train on the earlier requests, calibrate on the later
            exclude: [client]        # whoever asks; what is asked for counts
            types: {query: text}     # what it is like, not which of a list it is
          """);
    }
  },

  /** A sensor on a machine. */
  MANUFACTURING("a machine: a sensor as a series, failures, drift, a model fitted anew") {
    @Override
    void writeData(Path folder) throws IOException {
      Table points = new Table(lines(SampleData.MACHINE_TEMPERATURE));
      points.between(0, 13_617).write(folder.resolve("december.csv"));
      points.between(13_617, 18_000).write(folder.resolve("january.csv"));
      points.between(18_000, Integer.MAX_VALUE).write(folder.resolve("february.csv"));
    }
  },

  /** Cells under a microscope. */
  MEDICAL("a laboratory: cells under a microscope, few rows, a camera that was set anew") {
    /** Lengths, in the columns that hold them; areas grow with the square. */
    private static final double LARGER = 1.08;

    @Override
    void writeData(Path folder) throws IOException {
      Table cells = new Table(lines(SampleData.BREAST_CANCER));
      cells.where(row -> row % 5 < 3).write(folder.resolve("first.csv"));
      cells.where(row -> row % 5 == 3).write(folder.resolve("second.csv"));
      cells
          .where(row -> row % 5 == 4)
          .scaled(
              column ->
                  column.contains("area")
                      ? LARGER * LARGER
                      : column.contains("radius") || column.contains("perimeter") ? LARGER : 1)
          .write(folder.resolve("third.csv"));
    }
  };

  private final String about;

  Story(String about) {
    this.about = about;
  }

  /** Writes what its commands begin with. */
  abstract void writeData(Path folder) throws IOException;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** In a few words. */
  String about() {
    return about;
  }

  StoryPage page() throws IOException {
    try (InputStream page = Story.class.getResourceAsStream(word() + ".md")) {
      if (page == null) {
        throw new IllegalStateException(word() + ".md: not on the class path; build again");
      }
      return StoryPage.of(new String(page.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static List<String> lines(SampleData data) throws IOException {
    try (InputStream in = data.open()) {
      return new ArrayList<>(
          new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    }
  }
}
