import { type ConsentReceipt, RECEIPT_ALGORITHM, RECEIPT_TYPE, type ReceiptKey } from '@truconn/contract';
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair, importPKCS8, SignJWT } from 'jose';

/** A key pair just made. */
export interface NewReceiptKey {
  publicKey: ReceiptKey;
  /** PKCS #8 in PEM, as bytes. Wrap them before they are kept. */
  privateKey: Uint8Array;
}

/** What signs a receipt. */
export interface ReceiptSigningKey {
  /** RFC 7638: the thumbprint of the public half. */
  id: string;
  /** As `NewReceiptKey` has it. */
  privateKey: Uint8Array;
}

/** Makes a key pair on Ed25519. */
export async function makeReceiptKey(): Promise<NewReceiptKey> {
  const pair = await generateKeyPair(RECEIPT_ALGORITHM, { crv: 'Ed25519', extractable: true });
  const { x = '' } = await exportJWK(pair.publicKey);
  const jwk = { kty: 'OKP', crv: 'Ed25519', x } as const;
  return {
    publicKey: { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: RECEIPT_ALGORITHM, use: 'sig' },
    privateKey: Buffer.from(await exportPKCS8(pair.privateKey)),
  };
}

/**
 * Signs a record as a compact JWS. Its claims repeat for every tool of JWT what the record says by its own names.
 * @param issuer the server's address
 */
export async function signReceipt(
  key: ReceiptSigningKey,
  issuer: string,
  record: ConsentReceipt,
): Promise<string> {
  const privateKey = await importPKCS8(Buffer.from(key.privateKey).toString(), RECEIPT_ALGORITHM);
  return new SignJWT({ record })
    .setProtectedHeader({ alg: RECEIPT_ALGORITHM, kid: key.id, typ: RECEIPT_TYPE })
    .setIssuer(issuer)
    .setIssuedAt(new Date(record.issued_at))
    .setSubject(record.pii_principal_id)
    .setJti(record.receipt_id)
    .sign(privateKey);
}
