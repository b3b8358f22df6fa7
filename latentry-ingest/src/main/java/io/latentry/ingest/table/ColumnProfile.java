package io.latentry.ingest.table;

import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.ColumnType;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * What one pass over a column found.
 *
 * @param declared the type that the file itself states (Parquet); empty for text files
 * @param form how the numbers of the column were read
 * @param unread why cells that are numbers are not read as such; empty if they are, or are none
 * @param rows readable rows
 * @param missing rows without a value
 * @param numbers values that are numbers
 * @param infinite numbers that are infinite, or too large for a float32
 * @param integers values that are whole numbers
 * @param zerosAndOnes values that are the numbers 0 or 1
 * @param booleanWords values that are one of true/false, yes/no, t/f, y/n
 * @param moments values that are timestamps or dates
 * @param min smallest finite number; NaN if there is none
 * @param max largest finite number; NaN if there is none
 * @param offset what is subtracted before numbers are cut to float32, see {@link CoarseNumbers}
 * @param standIns numbers that may stand for a missing value, such as -999
 * @param distinct different values seen until {@code distinctExact} turned false
 * @param distinctExact false when there were too many different values to keep count of
 * @param repeats whether any value was seen twice (while counting)
 * @param rowCounter whether every value is the one before plus one
 * @param singles values that stand in one row alone (while counting)
 * @param uuids values in the form of a UUID
 * @param codes texts without blanks in which letters and digits mix, such as {@code 9f3a-04c1}
 * @param composed texts of two words or more
 * @param textBytes of a text in memory, the mean over those that are neither numbers nor moments
 * @param oneLength whether all texts have the same length
 * @param forms different shapes of texts, as far as they were counted
 * @param numbered whether all texts are the same but for the digits of their numbers
 * @param top most frequent texts with their counts, most frequent first
 * @param strangers most frequent texts that are neither numbers nor timestamps
 * @param firstNonNumber the first value that is not a number
 * @param firstNonMoment the first value that is not a timestamp
 */
public record ColumnProfile(
    String name,
    Optional<ColumnType> declared,
    NumberForm form,
    Optional<String> unread,
    long rows,
    long missing,
    long numbers,
    long infinite,
    long integers,
    long zerosAndOnes,
    long booleanWords,
    long moments,
    double min,
    double max,
    double offset,
    List<Double> standIns,
    long distinct,
    boolean distinctExact,
    boolean repeats,
    boolean rowCounter,
    long singles,
    long uuids,
    long codes,
    long composed,
    long textBytes,
    boolean oneLength,
    long forms,
    boolean numbered,
    List<Frequency> top,
    List<Frequency> strangers,
    Optional<Cell> firstNonNumber,
    Optional<Cell> firstNonMoment) {

  /** Whether it has a few values, each of which comes again. */
  boolean isShortList() {
    return distinctExact && distinct <= SchemaInference.FEW_CATEGORIES && singles == 0;
  }

  /** How often a text occurs. */
  public record Frequency(String value, long count) {}

  /** A cell and where it stands ({@code FILE line 17}). */
  public record Cell(String where, String value) implements Serializable {
    private static final long serialVersionUID = 1;
  }

  public ColumnProfile {
    standIns = List.copyOf(standIns);
    top = List.copyOf(top);
    strangers = List.copyOf(strangers);
  }

  /** Rows with a value. */
  public long given() {
    return rows - missing;
  }
}
