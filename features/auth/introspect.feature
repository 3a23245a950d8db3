Feature: Token introspection

  A client can introspect its own token. Introspecting the tokens of other users requires a permission (RFC 7662);
  without
  it, such a token is reported as inactive.

  Scenario: A client introspects its own token
    Given Ada is logged in
    When Ada introspects Ada's access token
    Then Ada's token is reported as active
    And the response header Cache-Control is "no-store"

  Scenario: Another session of the same person
    Given Ada is logged in
    And Ada's access token is saved
    And Ada is logged in
    When Ada introspects the saved access token
    Then the request succeeds

  Scenario: The token of another user is reported as inactive
    Given Ada is logged in
    And Grace is logged in
    When Grace introspects Ada's access token
    Then the token is reported as inactive

  Scenario: An administrator introspects the token of another user
    Given Ada is logged in
    And Grace holds the role "admin"
    And Grace is logged in
    When Grace introspects Ada's access token
    Then Ada's token is reported as active

  Scenario: A role without the permission sees other tokens as inactive
    Given Ada is logged in
    And Grace holds the role "support"
    And Grace is logged in
    When Grace introspects Ada's access token
    Then the token is reported as inactive

  Scenario: Losing the permission takes effect immediately
    Given Ada is logged in
    And Grace holds the role "admin"
    And Grace is logged in
    When Grace loses the role "admin"
    And Grace introspects Ada's access token
    Then the token is reported as inactive

  Scenario: The current roles are returned, not those in the token
    Given Ada is logged in
    And Ada holds the role "support"
    When Ada introspects Ada's access token
    Then the response has roles ["support", "user"]

  Scenario: The token of a session that has ended
    Given Ada is logged in
    And Ada's access token is saved
    And Grace is logged in
    When Ada logs out
    And Grace introspects the saved access token
    Then the token is reported as inactive

  Scenario: A refresh token is reported as inactive
    Given Ada is logged in
    When Ada introspects Ada's refresh token
    Then the token is reported as inactive

  Scenario Outline: A token <forgery>
    Given Ada is logged in
    And Grace is logged in
    When Ada introspects Grace's access token <forgery>
    Then the token is reported as inactive

    Examples:
      | forgery                     |
      | signed with another key     |
      | with the algorithm none     |
      | with a later expiry         |
      | padded to 10,000 characters |

  Scenario Outline: A string that is not a token
    Given Ada is logged in
    When Ada introspects the token "<token>"
    Then the token is reported as inactive

    Examples:
      | token |
      |       |
      | abc   |
      | a.b.c |
      | ...   |

  @remote
  Scenario: An anonymous client is rejected
    When an anonymous client introspects the token "abc"
    Then the request is rejected with 401 unauthorized
    And the response header WWW-Authenticate is "Bearer"
