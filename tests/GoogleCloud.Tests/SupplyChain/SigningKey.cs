using System.Security.Cryptography;

namespace CdAutomation.GoogleCloud.Tests.SupplyChain;

/// <summary>A key pair that signs as cosign does.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly AsymmetricAlgorithm _pair;
    private readonly HashAlgorithmName _hash;

    private SigningKey(AsymmetricAlgorithm pair, HashAlgorithmName hash) => (_pair, _hash) = (pair, hash);

    public string Pem => _pair.ExportSubjectPublicKeyInfoPem();

    public string PrivatePem => _pair.ExportPkcs8PrivateKeyPem();

    public static SigningKey P256() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256), HashAlgorithmName.SHA256);

    public static SigningKey P384(HashAlgorithmName hash) => new(ECDsa.Create(ECCurve.NamedCurves.nistP384), hash);

    public static SigningKey P521() => new(ECDsa.Create(ECCurve.NamedCurves.nistP521), HashAlgorithmName.SHA512);

    public static SigningKey Rsa(int bits) => new(RSA.Create(bits), HashAlgorithmName.SHA256);

    public byte[] Sign(byte[] data) => _pair is ECDsa ecdsa
        ? ecdsa.SignData(data, _hash, DSASignatureFormat.Rfc3279DerSequence)
        : ((RSA)_pair).SignData(data, _hash, RSASignaturePadding.Pkcs1);

    public void Dispose() => _pair.Dispose();
}
