Feature: Forged access tokens

  Only tokens signed with a key of the service are valid. Headers of a token do not select the algorithm (RFC 8725).

  Scenario Outline: A token <forgery>
    Given Ada is logged in
    When a client with Ada's access token <forgery> requests the current user
    Then the request is rejected with 401 invalid_token
    And the response header WWW-Authenticate is 'Bearer error="invalid_token"'
    And the response contains no internal details

    Examples:
      | forgery                                            |
      | signed with another key                            |
      | signed with an empty key                           |
      | signed with its key ID                             |
      | without a signature                                |
      | with the algorithm none                            |
      | with the algorithm None and the original signature |
      | with the algorithm HS256                           |
      | with another subject                               |
      | with the role admin added                          |
      | with a later expiry                                |
      | with an unknown key ID                             |
      | with a path as the key ID                          |
      | with SQL as the key ID                             |
      | without a key ID                                   |
      | with an embedded key                               |
      | with a header that is not JSON                     |
      | without its last character                         |
      | with a fourth part                                 |
      | with only two parts                                |
      | padded to 10,000 characters                        |

  Scenario: A refresh token is not accepted as an access token
    Given Ada is logged in
    When a client with Ada's refresh token requests the current user
    Then the request is rejected with 401 invalid_token
