package io.latentry.server.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.latentry.core.cell.CellText;
import io.latentry.core.data.LeftOutColumn;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.ingest.read.RowBuilder;
import io.latentry.server.api.answer.ScoreOptions;
import io.latentry.server.door.BodyLimits;
import io.latentry.server.serving.Refusal;
import io.latentry.server.serving.RefusedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The JSON body of a request for verdicts: {@code {"rows": [{column: value, ...}]}} or {@code
 * {"columns": {column: [value, ...]}}}, with options beside. A value means what it does in JSON
 * lines; a key that a row lacks is a missing value.
 *
 * @param beside {@code String[columns][rows]}: the cells of columns that were asked for as they
 *     stand; the empty string is missing
 */
record JsonRows(Rows rows, String[][] beside, ScoreOptions options, List<String> notices) {
  private static final int MOST_NAMED = 20;

  /** Objects within objects that are read, as in JSON lines. */
  private static final int DEEPEST = 8;

  /**
   * Reads bodies, whatever the model.
   *
   * @param json with the limits of {@link ApiLimits}
   */
  record Format(JsonFactory json, BodyLimits limits) {
    static Format of(ApiLimits limits) {
      BodyLimits ofBodies = limits.ofBodies();
      // Names that stand twice are looked for here, by column: Jackson compares each name with all
      // before it, which was 29 % of the Java time of a request of 100 rows of 30 columns.
      JsonFactory json =
          (JsonFactory)
              JsonBody.format(ofBodies)
                  .rebuild()
                  .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build();
      return new Format(json, ofBodies);
    }

    /**
     * @param beside columns that are told as they stand, be they of the schema or not
     * @param cells what a cell's text says
     * @param options of the query; the body's go before them
     */
    JsonRows read(
        byte[] body, Schema schema, List<String> beside, CellText cells, ScoreOptions options)
        throws IOException {
      try (JsonParser parser = json.createParser(body)) {
        return new Reading(parser, schema, beside, new RowBuilder(schema, cells), limits, options)
            .body();
      }
    }
  }

  /** A value as it came. */
  private record Cell(String text, boolean isNumber) {}

  /** One body on its way in. */
  private static final class Reading {
    private final JsonParser parser;
    private final Schema schema;
    private final List<String> beside;
    private final List<List<String>> besideCells = new ArrayList<>();
    private final RowBuilder builder;
    private final BodyLimits limits;
    private final Set<String> unknown = new LinkedHashSet<>();
    private ScoreOptions options;
    private String given = "";

    Reading(
        JsonParser parser,
        Schema schema,
        List<String> beside,
        RowBuilder builder,
        BodyLimits limits,
        ScoreOptions options) {
      this.parser = parser;
      this.schema = schema;
      this.beside = beside;
      beside.forEach(name -> besideCells.add(new ArrayList<>()));
      this.builder = builder;
      this.limits = limits;
      this.options = options;
    }

    JsonRows body() throws IOException {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw refused(
            "body: no JSON object (expected: {\"rows\": [{column: value, ...}, ...]} or"
                + " {\"columns\": {column: [value, ...], ...}})");
      }
      Set<String> names = new HashSet<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        requireOnce(name, names.add(name));
        JsonToken token = parser.nextToken();
        switch (name) {
          case "rows" -> rows(token);
          case "columns" -> columns(token);
          case "explain" -> options = options.withExplain(count(token));
          case "reconstruct" -> options = options.withReconstruct(truth(name, token));
          case "terms" -> options = options.withTerms(truth(name, token));
          default ->
              throw refused(
                  "'" + name + "': unknown (expected: rows, columns, explain, reconstruct, terms)");
        }
      }
      JsonBody.requireEnd(parser);
      if (given.isEmpty()) {
        throw refused("body: neither rows nor columns (expected: one of them)");
      }
      return new JsonRows(
          builder.rows(),
          besideCells.stream().map(cells -> cells.toArray(String[]::new)).toArray(String[][]::new),
          options,
          notices());
    }

    private void rows(JsonToken token) throws IOException {
      begin("rows");
      require(token == JsonToken.START_ARRAY, "rows: no array (expected: [{column: value}, ...])");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        require(
            parser.currentToken() == JsonToken.START_OBJECT,
            "rows[" + builder.count() + "]: no object (expected: {column: value, ...})");
        object("", 0);
        endRow();
      }
    }

    /** The fields of the object that the parser stands in; one within it is read as a.b. */
    private void object(String prefix, int depth) throws IOException {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        String name = prefix.isEmpty() ? field : prefix + "." + field;
        int column = builder.column(name);
        JsonToken value = parser.nextToken();
        int told = beside.indexOf(name);
        if (told >= 0) {
          String text = cell(value);
          requireOnce(name, tell(told, text));
          if (column >= 0) {
            char[] chars = text.toCharArray();
            requireOnce(name, builder.cell(column, chars, 0, chars.length, value.isNumeric()));
          }
        } else if (column >= 0) {
          requireOnce(name, give(column, value));
        } else if (value == JsonToken.START_OBJECT && depth < DEEPEST) {
          object(name, depth + 1);
        } else {
          // Read all the same, since the limits hold for it too.
          String unused = cell(value);
          unknown.add(name);
        }
      }
    }

    private void columns(JsonToken token) throws IOException {
      begin("columns");
      require(
          token == JsonToken.START_OBJECT, "columns: no object (expected: {column: [value, ...]})");
      Map<Integer, List<Cell>> columns = new LinkedHashMap<>();
      String first = "";
      int count = 0;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        require(
            parser.nextToken() == JsonToken.START_ARRAY,
            "columns." + name + ": no array (expected: one value for each row)");
        List<Cell> cells = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          limits.requireRoomFor(cells.size() + 1);
          JsonToken value = parser.currentToken();
          cells.add(new Cell(cell(value), value.isNumeric()));
        }
        if (first.isEmpty()) {
          first = name;
          count = cells.size();
        }
        require(
            cells.size() == count,
            "columns.%s: %d values (expected: %d, as in '%s')"
                .formatted(name, cells.size(), count, first));
        int column = builder.column(name);
        int told = beside.indexOf(name);
        if (told >= 0) {
          requireOnce(name, besideCells.get(told).isEmpty());
          cells.forEach(cell -> besideCells.get(told).add(cell.text()));
        }
        if (column < 0) {
          if (told < 0) {
            unknown.add(name);
          }
        } else {
          requireOnce(name, columns.put(column, cells) == null);
        }
      }
      for (int row = 0; row < count; row++) {
        for (Map.Entry<Integer, List<Cell>> column : columns.entrySet()) {
          Cell cell = column.getValue().get(row);
          char[] text = cell.text().toCharArray();
          boolean unused = builder.cell(column.getKey(), text, 0, text.length, cell.isNumber());
        }
        endRow();
      }
    }

    /** Of two values for one name nobody can say which was meant. */
    private void requireOnce(String name, boolean isFirst) {
      if (!isFirst) {
        throw refused(JsonBody.where(parser) + "'" + name + "': twice (expected: once)");
      }
    }

    /** Notes a cell of the row under way; false if it has one. */
    private boolean tell(int told, String text) {
      List<String> cells = besideCells.get(told);
      if (cells.size() > builder.count()) {
        return false;
      }
      cells.add(text);
      return true;
    }

    private void begin(String form) {
      require(given.isEmpty(), "rows, columns: both (expected: one of them)");
      given = form;
    }

    private void endRow() {
      limits.requireRoomFor(builder.count() + 1);
      builder.endRow();
      for (List<String> cells : besideCells) {
        if (cells.size() < builder.count()) {
          cells.add("");
        }
      }
    }

    /** Numbers and texts go as they stand in the body, without a string for each. */
    private boolean give(int column, JsonToken token) throws IOException {
      boolean isText = token.isScalarValue() && token != JsonToken.VALUE_NULL;
      return isText
          ? builder.cell(
              column,
              parser.getTextCharacters(),
              parser.getTextOffset(),
              parser.getTextLength(),
              token.isNumeric())
          : builder.cell(column, cell(token));
    }

    /** The text of a value, as the reader of JSON lines takes it. */
    private String cell(JsonToken token) throws IOException {
      return switch (token) {
        case START_OBJECT, START_ARRAY -> {
          String nested = token == JsonToken.START_OBJECT ? "{...}" : "[...]";
          parser.skipChildren();
          yield nested;
        }
        case VALUE_NULL -> "";
        default -> parser.getText();
      };
    }

    private int count(JsonToken token) throws IOException {
      require(
          token == JsonToken.VALUE_NUMBER_INT, "explain: no whole number (expected: 0 or more)");
      return parser.getIntValue();
    }

    private boolean truth(String name, JsonToken token) {
      require(
          token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE,
          name + ": no truth value (expected: true or false)");
      return token == JsonToken.VALUE_TRUE;
    }

    private void require(boolean held, String message) {
      if (!held) {
        throw refused(JsonBody.where(parser) + message);
      }
    }

    private List<String> notices() {
      return unknownColumns(unknown, schema);
    }
  }

  /** What to say of columns that the model does not take. */
  static List<String> unknownColumns(Set<String> given, Schema schema) {
    if (given.isEmpty()) {
      return List.of();
    }
    Set<String> leftOut =
        schema.leftOut().stream().map(LeftOutColumn::name).collect(Collectors.toSet());
    List<String> names = given.stream().filter(name -> !leftOut.contains(name)).toList();
    if (names.isEmpty()) {
      return List.of();
    }
    String listed =
        names.stream()
            .limit(MOST_NAMED)
            .map(name -> "'" + name + "'")
            .collect(Collectors.joining(", "));
    String more = names.size() > MOST_NAMED ? " and " + (names.size() - MOST_NAMED) + " more" : "";
    return List.of("unknown to the model and not used: " + listed + more);
  }

  private static RefusedException refused(String message) {
    return new RefusedException(Refusal.BAD_INPUT, message);
  }
}
