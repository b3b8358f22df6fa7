package io.latentry.core.fault;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure says to people: never the name of a class, and not what a machine says of itself
 * when it stumbles over a null.
 */
public final class FaultWords {
  /** A class with its package, as a message of another begins with. */
  private static final Pattern CLASS =
      Pattern.compile("\\b(?:[a-z][\\w$]*\\.){2,}[A-Z][\\w$.]*:?\\s*");

  /** A class without one. */
  private static final Pattern EXCEPTION = Pattern.compile("\\b[A-Z]\\w*(?:Exception|Error):?\\s*");

  /** How ONNX Runtime begins. */
  private static final Pattern CODE = Pattern.compile("Error code - \\w+ - message:\\s*");

  private static final String PATH = "[\\w./\\\\-]*";
  private static final String LINE = "\\.(?:cc|cpp|cu|h|hpp):\\d+:?\\s*";

  /** As a library names the one that a fault is in. */
  private static final String FUNCTION = "[\\w:<>*&, ]*::[~\\w<>]+\\([^()]*\\)(?: const)?";

  /**
   * A place in a library's own source, with the function that it is in. It is the library's by its
   * folder or by that function: {@code reg.cc:8081} is a host.
   */
  private static final Pattern SOURCE =
      Pattern.compile(
          PATH
              + "(?:(?:onnxruntime_src|onnxruntime[/\\\\]core|duckdb[/\\\\]src)[/\\\\]"
              + PATH
              + LINE
              + "(?:"
              + FUNCTION
              + ")?|"
              + LINE
              + FUNCTION
              + ")\\s*");

  /** What a library says of its own objects, such as {@code onnxruntime::Graph::Resolve}. */
  private static final Pattern SCOPED =
      Pattern.compile("\\b(?:onnxruntime|duckdb|std)(?:::~?\\w+)+(?:\\([^()]*\\))?\\s*");

  /** How DuckDB begins, such as {@code Invalid Input Error:}. */
  private static final Pattern KIND =
      Pattern.compile("^(?:[A-Z][\\w-]*(?: [A-Za-z][\\w-]*){0,3} )?(?:Error|Exception): +");

  /** What is for whoever wrote the query, which are we: its text, and settings that help. */
  private static final Pattern OF_QUERY =
      Pattern.compile(
          "\\s*(?:LINE \\d+: |Possible solutions:|This error signals).*", Pattern.DOTALL);

  /**
   * A file that we made for ourselves, and that is gone: by the digits of its name, which are
   * random and nearly always this many. A user's own has a date, with its time 14 of them at most.
   */
  private static final Pattern TEMPORARY =
      Pattern.compile(
          "[\"']?(?:[A-Za-z]:)?[^\\s\"']*[/\\\\]latentry-[a-z-]*\\d{15,}[^\\s\"':,;]*[\"']?");

  private static final String UNKNOWN = "an error that says nothing of itself";

  private FaultWords() {}

  /** Whether it is a mistake of ours, whose message would mean nothing to anybody else. */
  public static boolean isOurMistake(Throwable failure) {
    return failure instanceof NullPointerException
        || failure instanceof ClassCastException
        || failure instanceof IndexOutOfBoundsException
        || failure instanceof ArithmeticException
        || failure instanceof ArrayStoreException
        || failure instanceof NegativeArraySizeException
        || failure instanceof java.util.NoSuchElementException
        || failure instanceof java.util.ConcurrentModificationException
        || failure instanceof UnsupportedOperationException
        || failure instanceof AssertionError;
  }

  /** In one line; without the path of a file, which whoever tells it knows. */
  public static String of(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean saysItsCause = cause != null && cause.toString().equals(failure.getMessage());
    if (cause != null
        && cause != failure
        && (saysItsCause || failure instanceof UncheckedIOException)) {
      return of(cause);
    }
    String kind = kindOf(failure);
    if (kind != null) {
      return kind;
    }
    if (failure instanceof SSLException) {
      return "TLS: " + ofMessage(failure);
    }
    if (isOurMistake(failure)) {
      return "an error of Latentry's own";
    }
    String message =
        failure instanceof FileSystemException file && file.getReason() != null
            ? file.getReason()
            : failure.getMessage();
    String said = message == null ? "" : withoutClasses(message);
    if (!said.isEmpty()) {
      return said;
    }
    return cause == null || cause == failure ? UNKNOWN : of(cause);
  }

  /** The kind alone, where a message may quote what others must not read. */
  public static String ofKind(Throwable failure) {
    String kind = failure instanceof SSLException ? "TLS is not agreed" : kindOf(failure);
    return kind == null ? "an error of another kind" : kind;
  }

  private static @Nullable String kindOf(Throwable failure) {
    if (failure instanceof NoSuchFileException || failure instanceof FileNotFoundException) {
      return "no such file or folder";
    }
    if (failure instanceof AccessDeniedException) {
      return "no permission";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "exists already";
    }
    if (failure instanceof DirectoryNotEmptyException) {
      return "a folder that is not empty";
    }
    if (failure instanceof NotDirectoryException) {
      return "not a folder";
    }
    if (failure instanceof FileSystemLoopException) {
      return "links in a circle";
    }
    if (failure instanceof UnknownHostException) {
      return "no such host";
    }
    if (failure instanceof ConnectException || failure instanceof NoRouteToHostException) {
      return "nobody takes the connection";
    }
    if (failure instanceof HttpTimeoutException
        || failure instanceof SocketTimeoutException
        || failure instanceof InterruptedIOException) {
      return "no answer in time";
    }
    if (failure instanceof EOFException) {
      return "the end is missing";
    }
    if (failure instanceof ClosedChannelException) {
      return "the connection has ended";
    }
    return failure instanceof CharacterCodingException ? "not text in its encoding" : null;
  }

  private static String ofMessage(Throwable failure) {
    String said = failure.getMessage() == null ? "" : withoutClasses(failure.getMessage());
    return said.isEmpty() ? "not agreed" : said;
  }

  private static String withoutClasses(String message) {
    String plain = CODE.matcher(OF_QUERY.matcher(message).replaceAll("")).replaceAll("");
    plain = EXCEPTION.matcher(CLASS.matcher(plain).replaceAll("")).replaceAll("");
    plain = SCOPED.matcher(SOURCE.matcher(plain).replaceAll(" ")).replaceAll("");
    plain =
        TEMPORARY
            .matcher(KIND.matcher(plain.strip()).replaceAll(""))
            .replaceAll("a temporary file");
    return plain.strip().replaceAll("\\s+", " ");
  }
}
