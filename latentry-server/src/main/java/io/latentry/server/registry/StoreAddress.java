package io.latentry.server.registry;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the registry is kept.
 *
 * @param url {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql://HOST/DATABASE}; it holds no
 *     password, since it is shown in messages
 */
public record StoreAddress(String url, Optional<String> user, Optional<String> password) {
  private static final String SQLITE = "jdbc:sqlite:";
  private static final String URI = "file:";
  private static final String POSTGRESQL = "jdbc:postgresql:";

  public StoreAddress {
    if (!url.startsWith(SQLITE) && !url.startsWith(POSTGRESQL)) {
      throw new IllegalArgumentException(
          "store: '" + beforeQuery(url) + "' (expected: jdbc:postgresql://HOST/DATABASE)");
    }
    if (url.startsWith(POSTGRESQL) && url.toLowerCase(Locale.ROOT).contains("password=")) {
      throw new IllegalArgumentException(
          "store: a password in '"
              + beforeQuery(url)
              + "' (expected: in the environment, since every user of the machine sees a command"
              + " line)");
    }
  }

  /** The default: SQLite, in {@code .latentry/registry.db} of the folder of models. */
  public static StoreAddress inFolder(Path models) {
    return sqlite(folderIn(models));
  }

  /** The folder in a folder of models that a service keeps artifacts in, unless told otherwise. */
  public static Path folderIn(Path models) {
    return models.resolve(".latentry");
  }

  /** SQLite, in {@code registry.db} of a folder. */
  public static StoreAddress sqlite(Path folder) {
    return new StoreAddress(
        SQLITE + name(folder.resolve("registry.db")), Optional.empty(), Optional.empty());
  }

  /** As SQLite takes it for this file, and for nothing else: a question mark begins options. */
  private static String name(Path file) {
    String plain = file.toString();
    boolean meansMore = plain.indexOf('?') >= 0 || plain.startsWith(URI) || plain.startsWith(":");
    return meansMore
        ? URI
            + file.toAbsolutePath()
                .toString()
                .replace("%", "%25")
                .replace("?", "%3f")
                .replace("#", "%23")
        : plain;
  }

  boolean isSqlite() {
    return url.startsWith(SQLITE);
  }

  /** The file of an SQLite store. */
  Path file() {
    String name = beforeQuery(url).substring(SQLITE.length());
    return Path.of(
        name.startsWith(URI)
            ? name.substring(URI.length())
                .replace("%3f", "?")
                .replace("%23", "#")
                .replace("%25", "%")
            : name);
  }

  /** For messages; without the password. */
  @Override
  public String toString() {
    return beforeQuery(url);
  }

  private static String beforeQuery(String url) {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query);
  }
}
