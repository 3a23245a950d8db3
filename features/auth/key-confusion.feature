Feature: A token under the key of another algorithm

  Which algorithm is asked for is the key's word, never the token's (RFC 8725, 3.1).

  Background:
    Given Root is an administrator
    And Ada is logged in
    And Root has rotated the signing keys to ES256

  Scenario: Signed with the public key, as if it were a shared secret
    When a client signs Ada's access token with the published key as an HS256 secret
    Then the request is rejected with 401 invalid_token

  Scenario Outline: A token of an old key that names a new key of <new>, and <said>
    Given Ada's access token is saved
    And Root has rotated the signing keys to <new>
    When a client sends the saved access token with the new key ID and the algorithm <said>
    Then the request is rejected with 401 invalid_token

    Examples:
      | new   | said  |
      | HS256 | HS256 |
      | RS256 | HS256 |
      | ES256 | ES256 |
