package io.latentry.cli.serve;

import io.latentry.cli.terminal.WrongUsage;
import io.latentry.kafka.RecordFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What the values of records are. */
final class RecordFormatOptions {
  private enum Format {
    JSON,
    CSV,
    AVRO
  }

  @Option(
      names = "--format",
      paramLabel = "F",
      description =
          "json (one object a record), csv (one line a record) or avro (one record of binary Avro"
              + " a record). Default: json.")
  private Format format = Format.JSON;

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "Of records of Avro that tell of none: the schema that they are written with.")
  private Optional<Path> schema = Optional.empty();

  @Option(
      names = "--schema-registry",
      paramLabel = "URL",
      description =
          "Of records of Avro that begin with the id of their schema: where it is asked for. A user"
              + " and password are basic.auth.user.info=USER:PASSWORD in --config.")
  private Optional<String> schemaRegistry = Optional.empty();

  @Option(
      names = "--columns",
      paramLabel = "COL",
      split = ",",
      description = "The fields of a line of CSV, in order.")
  private List<String> columns = List.of();

  /**
   * @param registryUser {@code USER:PASSWORD} of the schema registry, if it has one
   */
  RecordFormat format(Optional<String> registryUser) throws IOException {
    if (format != Format.CSV && !columns.isEmpty()) {
      throw new WrongUsage("--columns: with another format (expected: with --format csv alone)");
    }
    if (format != Format.AVRO && (schema.isPresent() || schemaRegistry.isPresent())) {
      throw new WrongUsage(
          "--schema, --schema-registry: with another format (expected: with --format avro alone)");
    }
    try {
      return switch (format) {
        case JSON -> RecordFormat.json();
        case CSV -> {
          if (columns.isEmpty()) {
            throw new WrongUsage(
                "--columns: none (expected: the fields of a line, in order, since records of CSV"
                    + " have no header)");
          }
          yield RecordFormat.csv(columns, ',');
        }
        case AVRO -> avro(registryUser);
      };
    } catch (IllegalArgumentException refused) {
      throw new WrongUsage("--" + refused.getMessage());
    }
  }

  private RecordFormat avro(Optional<String> registryUser) throws IOException {
    if (schema.isPresent() == schemaRegistry.isPresent()) {
      throw new WrongUsage(
          "--format avro: %s (expected: --schema FILE, or --schema-registry URL where records begin with the id of theirs)"
              .formatted(schema.isPresent() ? "both" : "by which schema?"));
    }
    return schemaRegistry.isPresent()
        ? RecordFormat.avro(schemaRegistry.get(), registryUser, Clock.systemUTC())
        : RecordFormat.avro(Files.readString(schema.orElseThrow()));
  }
}
