package io.latentry.ingest.write;

/**
 * A column of a table to write.
 *
 * @param stored the type in SQL that a file which keeps types gives it, and that its cells are
 *     values of; empty: that of its cells
 */
public record OutputColumn(String name, Type type, String stored) {

  /** What its cells are. */
  public enum Type {
    INTEGER,
    /** Written with the digits that give the same double back; NaN is a missing value. */
    NUMBER,
    TEXT
  }

  public static OutputColumn integer(String name) {
    return new OutputColumn(name, Type.INTEGER, "");
  }

  public static OutputColumn number(String name) {
    return new OutputColumn(name, Type.NUMBER, "");
  }

  public static OutputColumn text(String name) {
    return new OutputColumn(name, Type.TEXT, "");
  }

  /** Of a file that keeps types: moments, as integers of microseconds since 1970. */
  public static OutputColumn moment(String name) {
    return integer(name).as("TIMESTAMP");
  }

  /** The same column of a type in SQL. */
  public OutputColumn as(String sqlType) {
    return new OutputColumn(name, type, sqlType);
  }

  /** The same column under another name. */
  public OutputColumn named(String other) {
    return new OutputColumn(other, type, stored);
  }
}
