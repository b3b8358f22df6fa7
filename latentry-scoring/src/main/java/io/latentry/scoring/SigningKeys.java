package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pair of keys of Ed25519 that signs artifacts: FILE holds the private one, PKCS#8, and FILE.pub
 * the public one, which is for whoever opens them; both PEM, as OpenSSL has them.
 */
public final class SigningKeys {
  static final String ALGORITHM = "Ed25519";

  /** Of a key's SHA-256, which name it. */
  private static final int NAME_DIGITS = 16;

  private static final Set<PosixFilePermission> OTHERS_MAY_READ =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  private final KeyPair pair;

  private SigningKeys(KeyPair pair) {
    this.pair = pair;
  }

  /**
   * Makes a pair.
   *
   * @param file that its owner alone may read; the public key goes beside it
   * @return the name of the public key
   * @throws IOException if one of the files is there already, or cannot be written
   */
  public static String create(Path file) throws IOException {
    KeyPair pair;
    try {
      pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (Files.exists(beside(file))) {
      throw new FileAlreadyExistsException(beside(file).toString());
    }
    write(file, pem("PRIVATE KEY", pair.getPrivate().getEncoded()), posix ? "rw-------" : "");
    write(beside(file), pem("PUBLIC KEY", pair.getPublic().getEncoded()), posix ? "rw-r--r--" : "");
    return name(pair.getPublic());
  }

  /**
   * @param file with the private key; the public one beside it, or in it
   * @throws IllegalArgumentException if they are no such pair, or others than its owner may read
   *     the private key
   * @throws IOException if they cannot be read
   */
  public static SigningKeys read(Path file) throws IOException {
    List<byte[]> privates = blocks(file, "PRIVATE KEY");
    if (privates.size() != 1) {
      throw new IllegalArgumentException(
          file
              + ": "
              + privates.size()
              + " private keys (expected: 1, PEM, of Ed25519, without a password); make a pair with"
              + " 'latentry sign --new-key'");
    }
    requireNot(
        file,
        OTHERS_MAY_READ,
        "rw-------, since whoever may read it can sign in its owner's name; chmod 600 " + file);
    List<PublicKey> publics = new ArrayList<>(publicKeys(file));
    if (publics.isEmpty()) {
      publics.addAll(publicKeys(beside(file)));
    }
    try {
      PrivateKey own =
          KeyFactory.getInstance(ALGORITHM)
              .generatePrivate(new PKCS8EncodedKeySpec(privates.get(0)));
      for (PublicKey of : publics) {
        SigningKeys keys = new SigningKeys(new KeyPair(of, own));
        if (keys.isPair()) {
          return keys;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          file
              + ": no key of Ed25519 (expected: PEM, PKCS#8); make a pair with"
              + " 'latentry sign --new-key'",
          e);
    }
    throw new IllegalArgumentException(
        file + ": its public key is not beside it (expected: in " + beside(file) + ")");
  }

  /** What artifacts call the public key: the first digits of its SHA-256. */
  public String name() {
    return name(pair.getPublic());
  }

  /**
   * Signs an artifact that any host would open, in place; a signature that it had is replaced. On
   * failure the file is as it was.
   *
   * @throws ArtifactException if it is no artifact
   */
  public void sign(Path model) throws IOException {
    byte[] signed;
    try {
      OnnxFile file = OnnxFile.parse(ArtifactReader.read(model, ScorerOptions.MOST_FILE_BYTES));
      ArtifactSignature signature =
          new ArtifactSignature(name(), signature(ArtifactSignature.signed(file)));
      signed = file.withMetadata(ArtifactSignature.METADATA_KEY, signature.text());
      Scorer.open(signed, ScorerOptions.threads(1)).close();
    } catch (ArtifactException e) {
      throw new ArtifactException(model + ": " + e.getMessage(), e);
    }
    Path aside =
        model.resolveSibling(
            "." + model.getFileName() + "." + ProcessHandle.current().pid() + ".part");
    try {
      write(aside, signed, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
      Path unused =
          Files.move(
              aside, model, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      boolean unused = Files.deleteIfExists(aside);
    }
  }

  /** Every public key in a file. */
  static List<PublicKey> publicKeys(Path file) throws IOException {
    List<PublicKey> keys = new ArrayList<>();
    for (byte[] encoded : blocks(file, "PUBLIC KEY")) {
      try {
        keys.add(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded)));
      } catch (GeneralSecurityException e) {
        throw new IllegalArgumentException(
            file + ": a public key that is none of Ed25519 (expected: such alone)", e);
      }
    }
    return keys;
  }

  /** Where the system has modes: refuses a file whose modes are among those of others. */
  static void requireNot(Path file, Set<PosixFilePermission> ofOthers, String expected)
      throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return;
    }
    Set<PosixFilePermission> modes = Files.getPosixFilePermissions(file);
    if (!Collections.disjoint(modes, ofOthers)) {
      throw new IllegalArgumentException(
          file + ": " + PosixFilePermissions.toString(modes) + " (expected: " + expected + ")");
    }
  }

  static String name(PublicKey key) {
    return HexFormat.of()
        .formatHex(Digest.sha256().digest(key.getEncoded()))
        .substring(0, NAME_DIGITS);
  }

  private boolean isPair() throws GeneralSecurityException {
    byte[] text = ALGORITHM.getBytes(StandardCharsets.US_ASCII);
    Signature check = Signature.getInstance(ALGORITHM);
    check.initVerify(pair.getPublic());
    check.update(text);
    return check.verify(signature(text));
  }

  private byte[] signature(byte[] text) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(pair.getPrivate());
      signature.update(text);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing key: cannot sign", e);
    }
  }

  private static Path beside(Path file) {
    return file.resolveSibling(file.getFileName() + ".pub");
  }

  private static List<byte[]> blocks(Path file, String kind) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(
          file.toString(), null, "a folder (expected: a file of keys, PEM)");
    }
    Matcher pem = PEM.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    List<byte[]> blocks = new ArrayList<>();
    while (pem.find()) {
      if (pem.group(1).equals(kind)) {
        blocks.add(Base64.getMimeDecoder().decode(pem.group(2)));
      }
    }
    return blocks;
  }

  private static String pem(String kind, byte[] encoded) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
  }

  private static void write(Path file, String text, String modes) throws IOException {
    FileAttribute<?>[] attributes =
        modes.isEmpty()
            ? new FileAttribute<?>[0]
            : new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(modes))
            };
    Path made = Files.createFile(file, attributes);
    write(made, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void write(Path file, byte[] bytes, OpenOption... more) throws IOException {
    Set<OpenOption> options = new HashSet<>(List.of(more));
    options.add(StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, options)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        int unused = channel.write(left);
      }
      channel.force(true);
    }
  }
}
