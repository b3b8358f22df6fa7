package io.latentry.ingest.read;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import io.latentry.core.cell.CellText;
import io.latentry.core.data.DataException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The records of a file with one JSON object per line; a blank line is no record. An object within
 * one is read as columns {@code outer.inner}; an array is not read, and neither is what lies too
 * deep.
 */
final class JsonLinesCursor extends TextCursor {
  private static final int LONGEST_LINE = 1 << 24;

  /** Keys could differ in every line of a file that never ends. */
  private static final int MOST_PASSED_OVER = 100;

  /** Objects within objects that are read. */
  private static final int DEEPEST = 8;

  private static final JsonFactory JSON = new JsonFactory();

  /** How Jackson tells of NaN and infinities, which JSON does not have. */
  private static final Pattern NO_JSON_NUMBER = Pattern.compile("^Non-standard token '([^']*)'");

  private final boolean fixedColumns;
  private final List<String> columns = new ArrayList<>();
  private final Map<String, Integer> indices = new HashMap<>();

  /** Columns that the line has had a value for. */
  private final BitSet given = new BitSet();

  private final Set<String> passedOver = new LinkedHashSet<>();

  /** Of the wanted columns, the names of the objects that they are in. */
  private final Set<String> parents = new HashSet<>();

  /** Columns that arrays, or objects too deep, stand in. */
  private final Set<String> notRead = new LinkedHashSet<>();

  private final char[] chunk = new char[1 << 15];
  private int chunkAt;
  private int chunkEnd;
  private char[] text = new char[1 << 12];
  private int textLength;

  /**
   * @param wanted the columns to read; empty: every key that turns up becomes a column
   */
  JsonLinesCursor(
      String file,
      DecodingReader reader,
      CountingInput counter,
      CellText meaning,
      Optional<List<String>> wanted) {
    super(file, reader, counter, meaning);
    this.fixedColumns = wanted.isPresent();
    wanted.ifPresent(names -> names.forEach(this::addWanted));
  }

  private void addWanted(String name) {
    int unused = addColumn(name);
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      parents.add(name.substring(0, dot));
    }
  }

  private int addColumn(String name) {
    int index = columns.size();
    columns.add(name);
    indices.put(name, index);
    return index;
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public Set<String> passedOver() {
    return passedOver;
  }

  @Override
  public boolean next() throws IOException {
    do {
      if (!readLine()) {
        return false;
      }
    } while (isBlank());
    fault = null;
    undecodable = false;
    cells.blank(columns.size());
    if (reader.undecodable() > 0) {
      for (int i = 0; i < textLength; i++) {
        if (DecodingReader.isUndecodable(text, i, 0)) {
          undecodable = true;
          fault =
              "character %d: byte 0x%02X (expected: text in the file's encoding)%s"
                  .formatted(
                      i + 1,
                      text[i] & 0xFF,
                      reader.beyondAscii()
                          ? "; other text decodes well: the file mixes encodings"
                          : "");
          return true;
        }
      }
    }
    parseLine();
    return true;
  }

  private void parseLine() throws IOException {
    given.clear();
    try (JsonParser parser = JSON.createParser(text, 0, textLength)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        fault = "broken JSON: no object (expected: one {...} per line)";
        return;
      }
      if (!readObject(parser, "", 0)) {
        return;
      }
      if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        fault = "broken JSON: text after the object (expected: one {...} per line)";
      }
    } catch (StreamReadException broken) {
      fault =
          "broken JSON at character %d: %s (expected: one {...} per line)"
              .formatted(
                  broken.getLocation().getColumnNr(), firstLine(broken.getOriginalMessage()));
    }
  }

  /** Reads the fields of the object that the parser stands in; false if the line has a fault. */
  private boolean readObject(JsonParser parser, String prefix, int depth) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      String name = prefix.isEmpty() ? field : prefix + "." + field;
      JsonToken token = parser.nextToken();
      Integer column = indices.get(name);
      boolean inside =
          token == JsonToken.START_OBJECT
              && depth < DEEPEST
              && (!fixedColumns || (column == null && parents.contains(name)));
      if (inside) {
        if (!readObject(parser, name, depth + 1)) {
          return false;
        }
        continue;
      }
      if (column == null && !fixedColumns) {
        column = addColumn(name);
        cells.addBlank();
      }
      if (column != null) {
        if (given.get(column)) {
          fault = "'%s': twice (expected: once)".formatted(Headers.shortened(name));
          return false;
        }
        given.set(column);
        if (token.isStructStart() && notRead.size() < MOST_PASSED_OVER) {
          notRead.add(name);
        }
        setCell(column, token, parser);
      } else {
        if (passedOver.size() < MOST_PASSED_OVER) {
          passedOver.add(name);
        }
        parser.skipChildren();
      }
    }
    return true;
  }

  @Override
  public List<String> notices() {
    return notRead.stream()
        .map(
            name ->
                "column '%s' of %s: an array is not read, and its column is left out; of an object more than %d deep only whether there is one is read"
                    .formatted(Headers.shortened(name), file, DEEPEST))
        .toList();
  }

  private void setCell(int column, JsonToken token, JsonParser parser) throws IOException {
    switch (token) {
      case START_OBJECT, START_ARRAY -> {
        parser.skipChildren();
        char[] nested = (token == JsonToken.START_OBJECT ? "{...}" : "[...]").toCharArray();
        cells.set(column, nested, 0, nested.length);
      }
      case VALUE_NULL -> cells.set(column, text, 0, 0);
      default -> {
        cells.set(
            column, parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
        if (token.isNumeric() || token.isBoolean()) {
          cells.setTyped(column);
        }
      }
    }
  }

  private static String firstLine(String message) {
    Matcher number = NO_JSON_NUMBER.matcher(message);
    if (number.find()) {
      return "'" + number.group(1) + "': write null for a missing value";
    }
    int end = message.indexOf('\n');
    return Headers.shortened(end < 0 ? message : message.substring(0, end));
  }

  private boolean isBlank() {
    for (int i = 0; i < textLength; i++) {
      if (!CellText.isSpace(text[i])) {
        return false;
      }
    }
    return true;
  }

  /** Reads the next line into {@code text}; false at the end. */
  private boolean readLine() throws IOException {
    textLength = 0;
    boolean any = false;
    while (true) {
      if (chunkAt == chunkEnd) {
        chunkAt = 0;
        chunkEnd = Math.max(reader.read(chunk, 0, chunk.length), 0);
        if (chunkEnd == 0) {
          line += any ? 1 : 0;
          return any;
        }
      }
      any = true;
      int from = chunkAt;
      while (chunkAt < chunkEnd && chunk[chunkAt] != '\n') {
        chunkAt++;
      }
      append(from, chunkAt - from);
      if (chunkAt < chunkEnd) {
        chunkAt++;
        line++;
        return true;
      }
    }
  }

  private void append(int from, int length) {
    if (textLength + length > LONGEST_LINE) {
      throw new DataException(
          "%s: line %d is longer than %,d characters (expected: one JSON object per line)"
              .formatted(file, line + 1, LONGEST_LINE));
    }
    if (textLength + length > text.length) {
      text = Arrays.copyOf(text, Math.max(2 * text.length, textLength + length));
    }
    System.arraycopy(chunk, from, text, textLength, length);
    textLength += length;
  }
}
