package io.latentry.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.latentry.core.data.Column;
import io.latentry.core.data.MissingPolicy;
import io.latentry.core.data.NovelValues;
import io.latentry.core.data.NoveltyPolicy;
import io.latentry.core.data.RowScreen;
import io.latentry.core.data.RowsBuilder;
import io.latentry.core.data.Schema;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.table.ColumnChoice;
import io.latentry.ingest.table.InferenceOptions;
import io.latentry.ingest.table.LearnedColumns;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.SchemaInference;
import io.latentry.ingest.table.Table;
import io.latentry.ingest.table.TableLoader;
import io.latentry.ingest.table.TableProfile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Of what names rows only the form is watched: a new name is ordinary, another form is not. */
final class IdentifierFormsTest {
  private static final int ROWS = 900;
  private static final int NEW_ROWS = 5_000;

  @TempDir private Path folder;

  /** Kinds of identifiers, by the number of their row. */
  @SuppressWarnings("ImmutableEnumChecker") // Functions without state.
  enum Kind {
    UUIDS,
    DIGESTS,
    BASE64,
    ORDERS,
    COUNTED,
    COUNTED_FROM_100,
    LEADING_ZEROS,
    NUMBERS,
    LARGE_NUMBERS,
    ADDRESSES;

    String of(int i) {
      return switch (this) {
        case UUIDS -> new UUID(random(i).nextLong(), random(i + 1_000_000).nextLong()).toString();
        case DIGESTS -> HexFormat.of().formatHex(bytes(i, 20));
        case BASE64 -> Base64.getEncoder().encodeToString(bytes(i, 15));
        case ORDERS -> "ORD-2024-%06d".formatted(i + 1);
        case COUNTED -> "K" + i;
        case COUNTED_FROM_100 -> "K" + (100 + i);
        case LEADING_ZEROS -> "%06d".formatted(i * 7);
        case NUMBERS -> String.valueOf(i + 1);
        case LARGE_NUMBERS -> String.valueOf(123_456_789_012L + 17L * i);
        case ADDRESSES ->
            "%s.%s%d@%s"
                .formatted(
                    name(i),
                    name(i + 77),
                    random(i).nextInt(1, 5_000),
                    i % 3 == 0 ? "a.org" : "b.com");
      };
    }

    private static Random random(int i) {
      return new Random(31L * i + 7);
    }

    private static byte[] bytes(int i, int count) {
      byte[] bytes = new byte[count];
      random(i).nextBytes(bytes);
      return bytes;
    }

    private static String name(int i) {
      return List.of("anna", "bob", "carol", "dave", "erin", "frank", "gina", "hugo", "ines")
          .get(random(i).nextInt(9));
    }
  }

  private LearnedColumns learned(IntFunction<String> identifiers, InferenceOptions options)
      throws IOException {
    String csv =
        IntStream.range(0, ROWS)
            .mapToObj(i -> identifiers.apply(i) + "," + new Random(i).nextInt(50))
            .collect(Collectors.joining("\n", "row_id,x\n", "\n"));
    Path file = Files.writeString(folder.resolve("ids.csv"), csv, StandardCharsets.UTF_8);
    try (DataSource source = DataSource.open(List.of(file.toString()), ReadOptions.DEFAULTS)) {
      TableProfile profile = Profiler.profile(source, ReadListener.NONE);
      Table table =
          TableLoader.load(
              source, profile, SchemaInference.infer(profile, options), ReadListener.NONE);
      return table.learn(table.readableRows());
    }
  }

  private Schema schema(Kind kind) throws IOException {
    return learned(kind::of, InferenceOptions.NONE).schema();
  }

  private static Optional<String> novelty(Schema schema, String identifier) {
    RowsBuilder rows = new RowsBuilder(schema);
    rows.set(rows.column("x"), 7);
    if (rows.column("row_id") >= 0) {
      rows.set(rows.column("row_id"), identifier);
    }
    rows.endRow();
    RowScreen screen = new RowScreen(schema);
    assertThat(screen.reasonAgainst(rows.rows(), 0)).isNull();
    return Optional.ofNullable(screen.novelties(rows.rows(), 0)).map(NovelValues::words);
  }

  @ParameterizedTest
  @EnumSource
  void aPayloadAmongIdentifiersIsNew(Kind kind) throws IOException {
    Schema schema = schema(kind);

    assertThat(schema.leftOut()).extracting("name").containsExactly("row_id");
    assertThat(schema.columns())
        .filteredOn(column -> !column.isIdentifier())
        .extracting(Column::name)
        .containsExactly("x");
    assertThat(novelty(schema, "DROP TABLE users"))
        .hasValueSatisfying(words -> assertThat(words).contains("row_id", "900 normal rows"));
  }

  @ParameterizedTest
  @EnumSource
  void newIdentifiersOfTheSameKindAreOrdinary(Kind kind) throws IOException {
    Schema schema = schema(kind);

    assertThat(
            IntStream.range(ROWS, ROWS + NEW_ROWS)
                .mapToObj(kind::of)
                .filter(identifier -> novelty(schema, identifier).isPresent()))
        .isEmpty();
    assertThat(novelty(schema, "")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "UUIDS, 3f2a7c1e-9b4d-4e8f-a1c2-5d6e7f8091a, 'length of row_id was 36 in all 900 normal rows, now 35'",
    "UUIDS, 3F2A7C1E-9B4D-4E8F-A1C2-5D6E7F8091AB, rarest character of row_id",
    "UUIDS, 3f2a7c1e9b4d4e8fa1c25d6e7f8091abcdef, 'signs of row_id was 11 % in all 900 normal rows, now 0 %'",
    "DIGESTS, da39a3ee5e6b4b0d3255bfef95601890afd8070, length of row_id",
    "DIGESTS, zz39a3ee5e6b4b0d3255bfef95601890afd80709, rarest character of row_id",
    "ORDERS, ORX-2024-000123, 'now ''ORX'', which none has'",
    "ORDERS, ORD/2024/000123, 'now ''A/0/0'', which none has'",
    "ORDERS, ORD-2024-00123, length of row_id",
    "COUNTED, K1234567, length of row_id",
    "COUNTED, L17, 'now ''L17'', which none has'",
    "COUNTED_FROM_100, K12.5, signs of row_id",
    "NUMBERS, -1, 'row_id was 1 to 900 in all 900 normal rows, now -1'",
    "NUMBERS, 1.5, row_id was a whole number",
    "NUMBERS, 100000000, row_id was 1 to 900",
    "NUMBERS, seven, now no number",
    "ADDRESSES, bob, shape of row_id",
  })
  void anotherFormIsNew(Kind kind, String identifier, String reason) throws IOException {
    assertThat(novelty(schema(kind), identifier))
        .hasValueSatisfying(words -> assertThat(words).contains(reason));
  }

  /** What each training row would have shown, had it not been seen, is counted. */
  @Test
  void aLoneFormAmongTheTrainingRowsIsCounted() throws IOException {
    LearnedColumns learned =
        learned(i -> i == 17 ? "3f2a7c1e" : Kind.UUIDS.of(i), byName(ColumnChoice.NONE));
    LearnedColumns without = learned(Kind.UUIDS::of, byName(ColumnChoice.NONE));

    assertThat(without.novelty()).containsOnly(0);
    assertThat(surprise(without)).isEqualTo(Math.log(901));
    // Not so few of 900 that an alarm of that kind would be rare.
    assertThat(learned.schema().columns())
        .filteredOn(Column::isIdentifier)
        .extracting(Column::name)
        .doesNotContain("row_id (length)");
    assertThat(Arrays.stream(learned.novelty()).sum()).isZero();
  }

  private static double surprise(LearnedColumns learned) {
    return learned.schema().columns().stream()
        .filter(Column::isIdentifier)
        .map(column -> column.novelty().surprise())
        .findFirst()
        .orElseThrow();
  }

  private static InferenceOptions byName(ColumnChoice choice) {
    return InferenceOptions.NONE.withChoices(Map.of("row_id", choice));
  }

  @Test
  void thePolicyOfAnIdentifierIsFollowed() throws IOException {
    ColumnChoice ignored =
        new ColumnChoice(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(NoveltyPolicy.IGNORE));
    Schema unwatched = learned(Kind.UUIDS::of, byName(ignored)).schema();
    assertThat(unwatched.given()).containsExactly("x");
    assertThat(novelty(unwatched, "DROP TABLE users")).isEmpty();

    ColumnChoice needed =
        new ColumnChoice(
            Optional.empty(),
            Optional.of(MissingPolicy.ANOMALY),
            Optional.empty(),
            Optional.empty());
    assertThat(novelty(learned(Kind.UUIDS::of, byName(needed)).schema(), ""))
        .hasValue("row_id was given in all 900 normal rows, now missing");
    assertThat(novelty(learned(Kind.NUMBERS::of, byName(needed)).schema(), ""))
        .hasValue("row_id was given in all 900 normal rows, now missing");
  }

  /** Without its name a row is judged all the same, and with nothing but its name it is not. */
  @ParameterizedTest
  @EnumSource(names = {"UUIDS", "NUMBERS"})
  void aNameAloneIsNoRow(Kind kind) throws IOException {
    Schema schema = schema(kind);
    assertThat(schema.optional()).contains("row_id");
    RowsBuilder rows = new RowsBuilder(schema);
    rows.set(rows.column("row_id"), kind.of(4_000));
    rows.endRow();
    assertThat(new RowScreen(schema).judgesRest(rows.rows(), 0)).isFalse();
  }
}
