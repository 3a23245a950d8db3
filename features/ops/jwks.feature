Feature: The public keys

  Others check our tokens with what stands here. A shared secret never does.

  @remote
  Scenario: ES256 signs by default
    Given Ada is logged in
    When somebody asks for the public keys
    Then the published ES256 key verifies Ada's access token
    And nothing of the private key is published

  Scenario: RS256 signs
    Given the service was started with ROLLCALL_AUTH_KEYS_ALGORITHM set to "RS256"
    And Ada is logged in
    And Ada's access token has the header typ "at+jwt"
    And Ada's access token has the header alg "RS256"
    When somebody asks for the public keys
    Then the published RS256 key verifies Ada's access token
    And nothing of the private key is published
    When Ada requests the current user
    Then the response shows Ada's account

  Scenario: A shared secret signs
    Given the service was started with ROLLCALL_AUTH_KEYS_ALGORITHM set to "HS256"
    And Ada is logged in
    When somebody asks for the public keys
    Then no key is published
    When Ada requests the current user
    Then the response shows Ada's account

  Scenario: A second instance publishes the same key
    Given Ada is logged in
    And a second instance runs on the same database
    When Ada requests the current user on the second instance
    Then the response shows Ada's account

  @remote
  Scenario: Metadata names the issuer of the tokens and the public keys
    Given Ada is logged in
    When an anonymous client sends GET /.well-known/oauth-authorization-server
    Then the issuer is that of Ada's access token
    And the public keys are available at the jwks_uri
    And the metadata contains no OAuth endpoint

  Scenario Outline: Verifiers of tokens are served during maintenance: <path>
    Given the operator has set maintenance.enabled to true
    When somebody asks for the path "<path>"
    Then the request succeeds
    And the response header Cache-Control is "public, max-age=60"
    And the response has an ETag

    Examples:
      | path                                    |
      | /.well-known/jwks.json                  |
      | /.well-known/oauth-authorization-server |
