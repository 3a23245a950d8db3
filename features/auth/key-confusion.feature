Feature: A token under the key of another algorithm

  Which algorithm is asked for is the key's word, never the token's (RFC 8725, 3.1).

  Background:
    Given Root is an administrator
    And Ada is logged in
    And Root has rotated the signing keys to ES256

  Scenario: Signed with the public key, as if it were a shared secret
    When somebody signs Ada's access token with the published key as a secret
    Then it is refused with 401 invalid_token

  Scenario Outline: A token of an old key that names a new key of <new>, and <said>
    Given Ada's access token is remembered
    And Root has rotated the signing keys to <new>
    When somebody uses the remembered access token under the new key, said to be signed with <said>
    Then it is refused with 401 invalid_token

    Examples:
      | new   | said  |
      | HS256 | HS256 |
      | RS256 | HS256 |
      | ES256 | ES256 |
