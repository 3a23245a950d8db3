Feature: Forged access tokens

  A token is what one of our keys has signed, to the letter; what it says of itself is not believed (RFC 8725).

  Scenario Outline: A token <forgery>
    Given Ada is logged in
    When somebody uses Ada's access token, <forgery>
    Then it is refused with 401 invalid_token
    And it says that the bearer token is invalid
    And it tells nothing of the inside

    Examples:
      | forgery                                       |
      | signed with another key                       |
      | signed with an empty key                      |
      | signed with the name of its key               |
      | without a signature                           |
      | with the algorithm none                       |
      | with the algorithm None and the old signature |
      | said to be signed with HS256                  |
      | for another person                            |
      | with the role admin added                     |
      | good for ever                                 |
      | under a key that nobody has                   |
      | under a key named like a path                 |
      | under a key named like SQL                    |
      | without the name of its key                   |
      | bringing a key of its own                     |
      | with a header that is no JSON                 |
      | with its last letter cut off                  |
      | with a fourth part                            |
      | with two parts only                           |
      | blown up to 10,000 letters                    |

  Scenario: A refresh token is no access token
    Given Ada is logged in
    When Ada's refresh token is used as an access token
    Then it is refused with 401 invalid_token
