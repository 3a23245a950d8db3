Feature: Asking about a token

  Who holds a token may ask what it says; who checks the tokens of others needs the permission for it (RFC 7662). Without
  it, the live token of another person is answered like a dead one.

  Scenario: The own token
    Given Ada is logged in
    When Ada asks about Ada's access token
    Then the token is live and Ada's
    And the answer must not be stored

  Scenario: Another session of the same person
    Given Ada is logged in
    And Ada's access token is remembered
    And Ada is logged in
    When Ada asks about the remembered access token
    Then it succeeds

  Scenario: The token of somebody else
    Given Ada is logged in
    And Grace is logged in
    When Grace asks about Ada's access token
    Then the token is not live, and nothing else is said of it

  Scenario: An administrator asks about the token of somebody else
    Given Ada is logged in
    And Grace holds the role "admin"
    And Grace is logged in
    When Grace asks about Ada's access token
    Then the token is live and Ada's

  Scenario: A role without the permission
    Given Ada is logged in
    And Grace holds the role "support"
    And Grace is logged in
    When Grace asks about Ada's access token
    Then the token is not live, and nothing else is said of it

  Scenario: A permission that has been lost since the login
    Given Ada is logged in
    And Grace holds the role "admin"
    And Grace is logged in
    When Grace loses the role "admin"
    And Grace asks about Ada's access token
    Then the token is not live, and nothing else is said of it

  Scenario: The token of a session that has ended
    Given Ada is logged in
    And Ada's access token is remembered
    And Ada logs out
    And Grace is logged in
    When Grace asks about the remembered access token
    Then the token is not live, and nothing else is said of it

  Scenario: A refresh token
    Given Ada is logged in
    When Ada asks about Ada's refresh token
    Then the token is not live, and nothing else is said of it

  Scenario Outline: A token <forgery>
    Given Ada is logged in
    And Grace is logged in
    When Ada asks about Grace's access token, <forgery>
    Then the token is not live, and nothing else is said of it

    Examples:
      | forgery                    |
      | signed with another key    |
      | with the algorithm none    |
      | good for ever              |
      | blown up to 10,000 letters |

  Scenario Outline: What is no token at all
    Given Ada is logged in
    When Ada asks about the token "<token>"
    Then the token is not live, and nothing else is said of it

    Examples:
      | token |
      |       |
      | abc   |
      | a.b.c |
      | ...   |

  @remote
  Scenario: Somebody who is not logged in
    When somebody without a token asks about the token "abc"
    Then it is refused with 401 unauthorized
    And it asks for a bearer token
