package io.latentry.pipeline.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A bundled data set: CSV with a header, UTF-8. Sources and licences are in the README beside the
 * files.
 */
public enum SampleData {
  /** Cell nuclei, 569 rows: 30 measures and {@code diagnosis}; an empty cell nowhere. */
  BREAST_CANCER("breast-cancer.csv", "diagnosis", "benign"),
  /** Penguins, 344 rows: categories, numbers, empty cells where a value is missing. */
  PENGUINS("penguins.csv", "species", "Adelie"),
  /**
   * A series: the temperature of a machine, 22,695 points five minutes apart, in order but for an
   * hour that the clock was set back; {@code label} is 1 in four stretches around failures.
   */
  MACHINE_TEMPERATURE("machine-temperature.csv", "label", "0", "timestamp");

  private final String fileName;
  private final String labelColumn;
  private final String normalLabel;
  private final @Nullable String timeColumn;

  SampleData(String fileName, String labelColumn, String normalLabel) {
    this(fileName, labelColumn, normalLabel, null);
  }

  SampleData(String fileName, String labelColumn, String normalLabel, @Nullable String timeColumn) {
    this.fileName = fileName;
    this.labelColumn = labelColumn;
    this.normalLabel = normalLabel;
    this.timeColumn = timeColumn;
  }

  public String fileName() {
    return fileName;
  }

  /** The column that tells normal rows from others; never an input. */
  public String labelColumn() {
    return labelColumn;
  }

  /** The value of {@link #labelColumn} that normal rows have. */
  public String normalLabel() {
    return normalLabel;
  }

  /** The column of the points' time, where the rows are points of a series. */
  public Optional<String> timeColumn() {
    return Optional.ofNullable(timeColumn);
  }

  /** The bytes of the CSV; the caller closes. */
  public InputStream open() {
    InputStream stream = SampleData.class.getResourceAsStream(fileName);
    if (stream == null) {
      throw new IllegalStateException(fileName + ": not on the class path; build again");
    }
    return stream;
  }

  /** Writes the CSV to {@code target}, replacing what is there. */
  public void copyTo(Path target) throws IOException {
    try (InputStream stream = open()) {
      Files.copy(stream, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
