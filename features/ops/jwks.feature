Feature: Public keys

  Other services verify tokens with the published keys. A shared secret is never published.

  @remote
  Scenario: The default algorithm ES256
    Given Ada is logged in
    When an anonymous client requests the public keys
    Then the published ES256 key verifies Ada's access token
    And the public keys contain no private parts

  Scenario: The algorithm RS256
    Given the service was started with ROLLCALL_AUTH_KEYS_ALGORITHM set to "RS256"
    And Ada is logged in
    Then Ada's access token has the header typ "at+jwt"
    And Ada's access token has the header alg "RS256"
    When an anonymous client requests the public keys
    Then the published RS256 key verifies Ada's access token
    And the public keys contain no private parts
    When Ada requests the current user
    Then the response shows Ada's account

  Scenario: The algorithm HS256
    Given the service was started with ROLLCALL_AUTH_KEYS_ALGORITHM set to "HS256"
    And Ada is logged in
    When an anonymous client requests the public keys
    Then 0 public keys are published
    When Ada requests the current user
    Then the response shows Ada's account

  Scenario: A second instance verifies with the same key
    Given Ada is logged in
    And a second instance is running
    When Ada requests the current user on the second instance
    Then the response shows Ada's account

  @remote
  Scenario: Metadata names the issuer of the tokens and the public keys
    Given Ada is logged in
    When an anonymous client sends GET /.well-known/oauth-authorization-server
    Then the issuer is that of Ada's access token
    And the public keys are available at the jwks_uri
    And the metadata contains no OAuth endpoint

  Scenario: The issuer can be the public URL, as RFC 8414 requires
    Given the operator has set auth.issuer to https://accounts.example.org
    And Ada is logged in
    When an anonymous client sends GET /.well-known/oauth-authorization-server
    Then the response has issuer "https://accounts.example.org"
    And the issuer is that of Ada's access token

  Scenario Outline: Available during maintenance: <path>
    Given the operator has set maintenance.enabled to true
    When an anonymous client sends GET <path>
    Then the request succeeds
    And the response header Cache-Control is "public, max-age=60"
    And the response has an ETag

    Examples:
      | path                                    |
      | /.well-known/jwks.json                  |
      | /.well-known/oauth-authorization-server |
