package io.latentry.ingest.image;

import io.latentry.core.artifact.Digest;
import io.latentry.core.data.DataException;
import io.latentry.ingest.read.DataSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The images of folders, zips, globs and files, by path. What is hidden, or no image by its name,
 * is passed over and counted. Nothing of a zip is ever written. Reading is safe for use by several
 * threads.
 */
public final class ImageSource implements AutoCloseable {
  /** Bytes of one file. */
  public static final int MOST_BYTES = 64 << 20;

  private final String name;
  private final List<String> names;
  private final String rootName;
  private final List<ImageFile> files;
  private final List<StoredImage> stored;
  private final int passedOver;
  private final List<ImageRoot> roots;
  private final AtomicReferenceArray<@Nullable String> digests;

  private ImageSource(List<String> patterns, List<ImageRoot> roots) {
    this.names = List.copyOf(patterns);
    this.roots = roots;
    this.name =
        patterns.get(0) + (patterns.size() == 1 ? "" : " and " + (patterns.size() - 1) + " more");
    Path common = common(roots);
    this.rootName = roots.size() == 1 ? roots.get(0).name() : named(common);
    // The same file twice, as of two patterns, is one image.
    TreeMap<String, StoredImage> byPath = new TreeMap<>();
    int over = 0;
    for (ImageRoot root : roots) {
      String below = roots.size() == 1 ? "" : slashed(common.relativize(root.place()));
      String prefix = below.isEmpty() ? "" : below + "/";
      root.images().forEach((path, image) -> byPath.put(prefix + path, image));
      over += root.passedOver();
    }
    List<ImageFile> all = new ArrayList<>();
    for (String path : byPath.keySet()) {
      int slash = path.lastIndexOf('/');
      all.add(
          new ImageFile(
              path,
              slash < 0 ? rootName : path.substring(path.lastIndexOf('/', slash - 1) + 1, slash)));
    }
    this.files = List.copyOf(all);
    this.stored = List.copyOf(byPath.values());
    this.passedOver = over;
    this.digests = new AtomicReferenceArray<>(files.size());
  }

  /**
   * Whether data that are named so are images: every pattern is an existing folder, a zip, an image
   * file, a table that lists such, or a glob that some image file matches.
   */
  public static boolean isOne(List<String> patterns) {
    return !patterns.isEmpty() && patterns.stream().allMatch(ImageSource::isOne);
  }

  private static boolean isOne(String pattern) {
    try {
      Path path = Path.of(pattern);
      if (Files.exists(path)) {
        return Files.isDirectory(path)
            || isZip(pattern)
            || ImageFormat.isImageName(pattern)
            || ImageTable.isOne(path);
      }
    } catch (InvalidPathException aGlobPerhaps) {
      // Such as a star, on some systems.
    }
    if (pattern.equals("-")) {
      return false;
    }
    try {
      return DataSource.expand(pattern).stream()
          .anyMatch(path -> ImageFormat.isImageName(path.toString()));
    } catch (IOException | DataException noSuchFile) {
      return false;
    }
  }

  private static boolean isZip(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".zip");
  }

  /**
   * Looks up which images there are, and reads none. Where several patterns are given, paths are
   * below the deepest folder that holds them all.
   *
   * @throws DataException if a pattern names nothing that can be read, or there is no image
   */
  public static ImageSource open(List<String> patterns) {
    if (patterns.isEmpty()) {
      throw new DataException("data: none (expected: a folder, a zip or image files)");
    }
    List<ImageRoot> roots = new ArrayList<>();
    try {
      for (String pattern : patterns) {
        roots.add(open(pattern));
      }
      ImageSource source = new ImageSource(patterns, roots);
      if (source.files.isEmpty()) {
        throw new DataException(
            "%s: no image among %,d files (expected: PNG, JPEG, BMP, GIF, TIFF or WebP by name); of tables give the files, such as '%s/*.csv'"
                .formatted(source.name, source.passedOver, patterns.get(0)));
      }
      return source;
    } catch (IOException failed) {
      close(roots);
      throw new DataException(
          "%s: cannot be read (expected: a readable folder or file)"
              .formatted(DataSource.reason(failed)),
          failed);
    } catch (RuntimeException refused) {
      close(roots);
      throw refused;
    }
  }

  private static ImageRoot open(String pattern) throws IOException {
    Path path = existing(pattern);
    if (path == null) {
      return ImageRoot.ofFiles(DataSource.rootOf(pattern), DataSource.expand(pattern));
    }
    if (Files.isDirectory(path)) {
      return ImageRoot.ofFolder(path);
    }
    if (isZip(pattern)) {
      return ImageRoot.ofZip(path);
    }
    if (!ImageFormat.isImageName(pattern)) {
      return ImageRoot.ofFiles(ImageTable.folder(path), ImageTable.files(path));
    }
    Path whole = path.toAbsolutePath().normalize();
    Path folder = whole.getParent();
    return ImageRoot.ofFiles(folder == null ? whole : folder, List.of(whole));
  }

  private static @Nullable Path existing(String pattern) {
    try {
      Path path = Path.of(pattern);
      return Files.exists(path) ? path : null;
    } catch (InvalidPathException aGlobPerhaps) {
      return null;
    }
  }

  /** The deepest folder that holds the places of all roots, or is one. */
  private static Path common(List<ImageRoot> roots) {
    Path common = roots.get(0).place();
    for (ImageRoot root : roots) {
      while (!root.place().startsWith(common)) {
        Path parent = common.getParent();
        if (parent == null) {
          throw new DataException(
              "%s, %s: on different drives (expected: one)"
                  .formatted(roots.get(0).place(), root.place()));
        }
        common = parent;
      }
    }
    return common;
  }

  private static String named(Path folder) {
    Path own = folder.getFileName();
    return own == null ? "" : own.toString();
  }

  private static String slashed(Path path) {
    List<String> segments = new ArrayList<>();
    path.forEach(segment -> segments.add(segment.toString()));
    return String.join("/", segments);
  }

  /** A short name for the whole: what was given, or the first of several. */
  public String name() {
    return name;
  }

  /** What was given, for provenance. */
  public List<String> names() {
    return names;
  }

  /** The name of the folder that paths are below; empty of a zip. */
  public String rootName() {
    return rootName;
  }

  /** All images, sorted by path. */
  public List<ImageFile> files() {
    return files;
  }

  /** Files that are hidden, or no image by their name. */
  public int passedOver() {
    return passedOver;
  }

  /** Bytes of all images as they would be read. */
  public long totalBytes() {
    return stored.stream().mapToLong(StoredImage::size).sum();
  }

  /** Milliseconds since 1970 at which a file was written last; of a zip, as it was put in. */
  public long modified(int index) {
    return stored.get(index).modified();
  }

  /**
   * One file.
   *
   * @throws IOException if it cannot be read, or has more than {@link #MOST_BYTES}
   */
  public byte[] read(int index) throws IOException {
    byte[] bytes;
    try (InputStream in = stored.get(index).open()) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    }
    if (bytes.length > MOST_BYTES) {
      throw new IOException(
          "more than %,d MB (expected: at most that of one image)".formatted(MOST_BYTES >> 20));
    }
    digests.set(index, HexFormat.of().formatHex(Digest.sha256().digest(bytes)));
    return bytes;
  }

  /**
   * SHA-256 over all paths and the bytes of all files, as 64 hexadecimal digits. What was not read
   * so far is read for it; a file that cannot be counts by its path alone.
   */
  public String digest() {
    MessageDigest whole = Digest.sha256();
    for (int i = 0; i < files.size(); i++) {
      whole.update((files.get(i).path() + '\n').getBytes(StandardCharsets.UTF_8));
      whole.update((ownDigest(i) + '\n').getBytes(StandardCharsets.UTF_8));
    }
    return HexFormat.of().formatHex(whole.digest());
  }

  private String ownDigest(int index) {
    try {
      if (digests.get(index) == null) {
        read(index);
      }
    } catch (IOException unreadable) {
      // It has no content that anything was made of.
    }
    String own = digests.get(index);
    return own == null ? "" : own;
  }

  private static void close(List<ImageRoot> roots) {
    for (ImageRoot root : roots) {
      root.close();
    }
  }

  @Override
  public void close() {
    close(roots);
  }
}
