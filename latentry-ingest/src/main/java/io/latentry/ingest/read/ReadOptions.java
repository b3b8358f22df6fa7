package io.latentry.ingest.read;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Reading;
import io.latentry.core.cell.CellText;
import io.latentry.core.cell.NumberForm;
import io.latentry.core.data.DataException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How to read files.
 *
 * @param delimiter between the fields of a CSV file; empty: found out from the first lines
 * @param header what the first line of a CSV file is
 * @param encoding of text files; a byte order mark overrules it
 * @param missing the cells, white space around them aside, that stand for a missing value; the
 *     empty cell always does
 * @param numbers how numbers are written, by column, as {@link NumberForm#of(Map, String)} takes it
 * @param settled whether {@code numbers} says it all; else a look at a whole table finds out what
 *     it leaves open
 * @param missingColumns what to do when a file to score lacks an input column
 */
public record ReadOptions(
    Optional<Character> delimiter,
    Header header,
    Charset encoding,
    Set<String> missing,
    Map<String, NumberForm> numbers,
    boolean settled,
    MissingColumns missingColumns) {

  /** The missing-value tokens unless given. */
  public static final Set<String> MISSING = CellText.MISSING;

  /** UTF-8, delimiter found out, {@link #MISSING}, a file with missing columns refused. */
  public static final ReadOptions DEFAULTS =
      new ReadOptions(
          Optional.empty(),
          Header.naming(Set.of()),
          StandardCharsets.UTF_8,
          MISSING,
          Map.of(),
          false,
          MissingColumns.REFUSE);

  /**
   * As the data that {@code manifest}'s model was fitted on was read; what its config does not say
   * is as {@link #DEFAULTS}.
   *
   * @throws DataException if the config names an encoding that this machine lacks
   */
  public static ReadOptions asFitted(Manifest manifest) {
    Reading reading = manifest.reading();
    return new ReadOptions(
        reading.delimiter(),
        reading.noHeader() ? Header.NONE : Header.naming(Set.copyOf(manifest.schema().given())),
        reading.encoding().map(ReadOptions::charset).orElse(DEFAULTS.encoding),
        reading.missingTokens().orElse(DEFAULTS.missing),
        reading.numbers(),
        true,
        DEFAULTS.missingColumns);
  }

  private static Charset charset(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalArgumentException unknown) {
      throw new DataException(
          "encoding: '%s' (expected: one that this machine knows, such as UTF-8)".formatted(name),
          unknown);
    }
  }

  /** What becomes of a file that lacks an input column of the model. */
  public enum MissingColumns {
    /** Reading it fails at once. */
    REFUSE,
    /** Every row comes out with a fault. */
    UNSCORABLE
  }

  public ReadOptions {
    missing = Set.copyOf(missing);
    numbers = Map.copyOf(numbers);
  }

  /** How the text of a cell is understood. */
  public CellText cells() {
    return CellText.of(missing, numbers);
  }

  public ReadOptions withDelimiter(char value) {
    return new ReadOptions(
        Optional.of(value), header, encoding, missing, numbers, settled, missingColumns);
  }

  public ReadOptions withHeader(Header value) {
    return new ReadOptions(delimiter, value, encoding, missing, numbers, settled, missingColumns);
  }

  public ReadOptions withEncoding(Charset value) {
    return new ReadOptions(delimiter, header, value, missing, numbers, settled, missingColumns);
  }

  public ReadOptions withMissing(Set<String> values) {
    return new ReadOptions(delimiter, header, encoding, values, numbers, settled, missingColumns);
  }

  /** What a whole table shows may fill in what these leave open. */
  public ReadOptions withNumbers(Map<String, NumberForm> byColumn) {
    return new ReadOptions(delimiter, header, encoding, missing, byColumn, false, missingColumns);
  }

  public ReadOptions withMissingColumns(MissingColumns value) {
    return new ReadOptions(delimiter, header, encoding, missing, numbers, settled, value);
  }
}
