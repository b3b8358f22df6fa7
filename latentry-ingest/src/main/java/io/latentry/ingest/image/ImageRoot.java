package io.latentry.ingest.image;

import io.latentry.core.data.DataException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/** The images below one folder, in one zip, or of one glob. */
final class ImageRoot implements AutoCloseable {
  private static final int DEEPEST = 64;

  private final Path place;
  private final String name;
  private final SortedMap<String, StoredImage> images = new TreeMap<>();
  private final @Nullable ZipFile zip;
  private int passedOver;

  private ImageRoot(Path place, String name, @Nullable ZipFile zip) {
    this.place = place.toAbsolutePath().normalize();
    this.name = name;
    this.zip = zip;
  }

  private static String nameOf(Path folder) {
    Path own = folder.toAbsolutePath().normalize().getFileName();
    return own == null ? "" : own.toString();
  }

  /**
   * All images below a folder; links are followed.
   *
   * @throws IOException if a folder cannot be read
   */
  static ImageRoot ofFolder(Path folder) throws IOException {
    ImageRoot root = new ImageRoot(folder, nameOf(folder), null);
    Files.walkFileTree(
        folder,
        EnumSet.of(FileVisitOption.FOLLOW_LINKS),
        DEEPEST,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              root.add(slashed(folder.relativize(file)), ofFile(file, attributes));
            } else {
              root.passedOver++;
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failed) throws IOException {
            if (failed instanceof FileSystemLoopException) {
              return FileVisitResult.CONTINUE;
            }
            throw failed instanceof AccessDeniedException
                ? new IOException(file + ": no permission", failed)
                : failed;
          }
        });
    return root;
  }

  /**
   * Files below a folder.
   *
   * @throws IOException if one cannot be looked at
   */
  static ImageRoot ofFiles(Path folder, List<Path> files) throws IOException {
    ImageRoot root = new ImageRoot(folder, nameOf(folder), null);
    for (Path file : files) {
      Path whole = file.toAbsolutePath().normalize();
      root.add(
          slashed(root.place.relativize(whole)),
          ofFile(whole, Files.readAttributes(whole, BasicFileAttributes.class)));
    }
    return root;
  }

  /**
   * The images of a zip.
   *
   * @throws DataException if it is none, or names a place outside itself
   */
  static ImageRoot ofZip(Path file) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (ZipException none) {
      throw new DataException(
          "%s: not a readable zip: %s (expected: a zip of images)"
              .formatted(file, none.getMessage()),
          none);
    }
    ImageRoot root = new ImageRoot(file, "", zip);
    try {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (!entry.isDirectory()) {
          root.add(within(file, entry.getName()), ofEntry(zip, entry));
        }
      }
      return root;
    } catch (RuntimeException refused) {
      root.close();
      throw refused;
    }
  }

  /** A path of a zip, which may come from anybody: never above the zip. */
  private static String within(Path file, String entry) {
    List<String> segments = new ArrayList<>();
    for (String segment : entry.replace('\\', '/').split("/", -1)) {
      if (segment.equals("..") || segment.indexOf('\0') >= 0) {
        throw new DataException(
            "%s: entry '%s' leads out of the zip (expected: paths within it); it was not made to be read"
                .formatted(file, entry));
      }
      if (!segment.isEmpty() && !segment.equals(".")) {
        segments.add(segment);
      }
    }
    return String.join("/", segments);
  }

  private static String slashed(Path path) {
    List<String> segments = new ArrayList<>();
    path.forEach(segment -> segments.add(segment.toString()));
    return String.join("/", segments);
  }

  private void add(String path, StoredImage image) {
    boolean hidden =
        Arrays.stream(path.split("/", -1))
            .anyMatch(segment -> segment.startsWith(".") || segment.equals("__MACOSX"));
    if (hidden || !ImageFormat.isImageName(path)) {
      passedOver++;
    } else {
      images.putIfAbsent(path, image);
    }
  }

  private static StoredImage ofFile(Path file, BasicFileAttributes attributes) {
    return new StoredImage() {
      @Override
      public InputStream open() throws IOException {
        return Files.newInputStream(file);
      }

      @Override
      public long size() {
        return attributes.size();
      }

      @Override
      public long modified() {
        return attributes.lastModifiedTime().toMillis();
      }
    };
  }

  private static StoredImage ofEntry(ZipFile zip, ZipEntry entry) {
    return new StoredImage() {
      @Override
      public InputStream open() throws IOException {
        return zip.getInputStream(entry);
      }

      @Override
      public long size() {
        return Math.max(0, entry.getSize());
      }

      @Override
      public long modified() {
        return entry.getTime();
      }
    };
  }

  /** The folder that paths are below, or the zip; absolute. */
  Path place() {
    return place;
  }

  /** Of the folder; empty of a zip. */
  String name() {
    return name;
  }

  /** By path. */
  SortedMap<String, StoredImage> images() {
    return images;
  }

  int passedOver() {
    return passedOver;
  }

  @Override
  public void close() {
    if (zip != null) {
      try {
        zip.close();
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }
}
