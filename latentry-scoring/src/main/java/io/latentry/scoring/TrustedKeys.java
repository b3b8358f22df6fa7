package io.latentry.scoring;

import io.latentry.core.artifact.ArtifactException;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Public keys of whoever may vouch for artifacts. */
public final class TrustedKeys {
  /** By their names. */
  private final Map<String, PublicKey> keys = new LinkedHashMap<>();

  private final String origin;

  private TrustedKeys(String origin) {
    this.origin = origin;
  }

  /**
   * @param file PEM, with one public key of Ed25519 or more
   * @throws IllegalArgumentException if it holds none, or something else, or everybody may write it
   * @throws IOException if it cannot be read
   */
  public static TrustedKeys read(Path file) throws IOException {
    SigningKeys.requireNot(
        file,
        Set.of(PosixFilePermission.OTHERS_WRITE),
        "not written by everybody, since whoever may write it says whom you trust; chmod o-w "
            + file);
    TrustedKeys trusted = new TrustedKeys(file.toString());
    for (PublicKey key : SigningKeys.publicKeys(file)) {
      trusted.keys.put(SigningKeys.name(key), key);
    }
    if (trusted.keys.isEmpty()) {
      throw new IllegalArgumentException(
          file
              + ": no public key (expected: PEM, with one PUBLIC KEY of Ed25519 or more, such as"
              + " 'latentry sign --new-key' writes)");
    }
    return trusted;
  }

  /**
   * Returns if one of these keys signed what a host reads of the file.
   *
   * @throws ArtifactException if none did
   */
  void require(OnnxFile file) {
    Optional<ArtifactSignature> given = ArtifactSignature.of(file);
    if (given.isEmpty()) {
      throw new ArtifactException(
          "signature: none (expected: one by a key of "
              + origin
              + "); have it signed with `latentry sign`, or do without trust");
    }
    PublicKey key = keys.get(given.get().key());
    if (key == null) {
      throw new ArtifactException(
          "signature: by key '"
              + given.get().key()
              + "' (expected: by "
              + String.join(" or ", keys.keySet())
              + " of "
              + origin
              + "); use a model of somebody you trust, or add that key there");
    }
    if (!isBy(key, given.get().value(), ArtifactSignature.signed(file))) {
      throw new ArtifactException(
          "signature: not of this content (expected: what key '"
              + given.get().key()
              + "' signed); the file was changed since, or never was that key's: get a fresh copy");
    }
  }

  private static boolean isBy(PublicKey key, byte[] value, byte[] signed) {
    try {
      Signature signature = Signature.getInstance(SigningKeys.ALGORITHM);
      signature.initVerify(key);
      signature.update(signed);
      return signature.verify(value);
    } catch (GeneralSecurityException malformed) {
      return false;
    }
  }
}
