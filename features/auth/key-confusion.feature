Feature: Algorithm confusion

  The key determines the algorithm, never the token (RFC 8725, section 3.1).

  Background:
    Given Root is an administrator
    And Ada is logged in
    And Root has rotated the signing keys to ES256

  Scenario: The public key used as a shared secret is rejected
    When a client signs Ada's access token with the published key as an HS256 secret
    Then the request is rejected with 401 invalid_token

  Scenario Outline: A token with the ID of a new <new> key and the algorithm <said> is rejected
    Given Ada's access token is saved
    And Root has rotated the signing keys to <new>
    When a client sends the saved access token with the new key ID and the algorithm <said>
    Then the request is rejected with 401 invalid_token

    Examples:
      | new   | said  |
      | HS256 | HS256 |
      | RS256 | HS256 |
      | ES256 | ES256 |
